import { DiagnosticError } from '../../base/diagnostic.js';
import type { LoadedConfig } from '../../config/loaded-config.js';
import { orInterruption } from '../../client/interruption.js';
import { anyText, optionalPositional } from '../argument-spec.js';
import type { Command } from '../command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { evaluationOptionsOf, loadFile, showDiagnostics } from '../load-job.js';

const fileArgument = optionalPositional('FILE', anyText, {
  help: 'Configuration file whose names are there from the start',
  completes: 'file',
});

export const configReplCommand: Command = {
  spec: {
    path: 'aurora config repl',
    summary: '',
    description:
      'Read statements and expressions of the configuration language, run them, and show their values. A line ' +
      'that ends with a colon opens a block, which an empty line ends. Ctrl-D ends the loop.',
    example: 'aurora config repl configs/examples/hello_world.aurora',
    parameters: [bindOption, readJsonOption, ...universalOptions, ...evaluationOptions, fileArgument],
  },
  async run(context) {
    const config = await startConfig(context);
    const { host, console } = context;
    const prompt = (text: string): void => {
      if (host.inputIsTerminal) console.stdout.write(text);
    };
    let lines: string[] = [];
    prompt('>>> ');
    const input = host.inputLines()[Symbol.asyncIterator]();
    for (let entry = 1; ;) {
      const next = await orInterruption(input.next(), host.interrupted);
      if (next.done) break;
      lines.push(next.value);
      if (isOpen(lines)) {
        prompt('... ');
        continue;
      }
      execute(context, config, lines.join('\n'), `<input ${entry}>`);
      entry += 1;
      lines = [];
      prompt('>>> ');
    }
    if (lines.length > 0) execute(context, config, lines.join('\n'), '<input>');
    prompt('\n');
    return EXIT.ok;
  },
};

async function startConfig(context: Context): Promise<LoadedConfig> {
  const path = context.args.get(fileArgument);
  if (path !== undefined) return loadFile(context, path);
  const { loadConfigText } = await import('../../config/load.js');
  return loadConfigText({ path: '<input>', text: '' }, await evaluationOptionsOf(context));
}

/** A mistake is shown and the loop goes on. */
function execute({ console }: Context, config: LoadedConfig, text: string, path: string): void {
  if (text.trim() === '') return;
  const { evaluation } = config;
  try {
    const value = evaluation.execute(`${text}\n`, path);
    if (value !== undefined && value !== null)
      console.out(evaluation.guard(() => evaluation.runtime.repr(value)));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    showDiagnostics({ console }, error.diagnostics);
  }
}

/** Brackets or a text that are not closed yet, a line to be continued, or a block that no empty line has ended. */
function isOpen(lines: readonly string[]): boolean {
  const last = lines.at(-1) ?? '';
  if (last.endsWith('\\')) return true;
  const state = scan(lines.join('\n'));
  if (state.depth > 0 || state.inLongText) return true;
  const opensBlock = lines.some((line) => /:\s*(#.*)?$/.test(line)) || /^\s*@/.test(lines[0] ?? '');
  return opensBlock && last.trim() !== '';
}

/** Counts brackets outside of texts and comments: enough to know whether more lines must follow. */
function scan(text: string): { readonly depth: number; readonly inLongText: boolean } {
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (quote !== '') {
      if (character === '\\') i++;
      else if (text.startsWith(quote, i)) {
        i += quote.length - 1;
        quote = '';
      } else if (quote.length === 1 && character === '\n') quote = '';
    } else if (character === '#') {
      const end = text.indexOf('\n', i);
      if (end < 0) break;
      i = end;
    } else if (character === '"' || character === "'") {
      quote = text.startsWith(character.repeat(3), i) ? character.repeat(3) : character;
      i += quote.length - 1;
    } else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
  }
  return { depth, inLongText: quote.length === 3 };
}
