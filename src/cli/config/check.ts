import type { Diagnostic } from '../../base/diagnostic.js';
import { anyText, manyPositionals, textOptionWithDefault } from '../argument-spec.js';
import type { Command } from '../command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { DEFAULT_ENVIRONMENT, evaluationOptionsOf, showDiagnostics } from '../load-job.js';
import { VERSION } from '../version.js';

const FORMATS = ['text', 'json', 'sarif', 'github'];

const formatOption = textOptionWithDefault(['--format'], 'text', {
  metavar: `{${FORMATS.join(',')}}`,
  choices: FORMATS,
  help: 'How to print what was found: for people, as JSON, as SARIF 2.1.0, as GitHub workflow commands',
});

const filesArgument = manyPositionals('FILE', anyText, {
  help: 'Configuration files to check',
  completes: 'file',
});

const FOUND_ERRORS = 1;

export const configCheckCommand: Command = {
  spec: {
    path: 'aurora config check',
    summary: '',
    example: 'aurora config check configs/examples/*.aurora --format github',
    parameters: [
      bindOption,
      readJsonOption,
      formatOption,
      ...universalOptions,
      ...evaluationOptions,
      filesArgument,
    ],
  },
  async run(context) {
    const { args, console } = context;
    const paths = args.get(filesArgument);
    const { checkConfig } = await import('../../config/check-config.js');
    const options = await evaluationOptionsOf(context);
    const found = paths.flatMap((path) =>
      checkConfig(path, {
        ...options,
        defaultEnvironment: DEFAULT_ENVIRONMENT,
        // A config's own output has no place in a report for machines.
        print: (text) => {
          console.stderr.write(text);
        },
      }),
    );
    await report(context, args.get(formatOption), found, paths.length);
    return found.some(({ severity }) => severity === 'error') ? FOUND_ERRORS : EXIT.ok;
  },
};

async function report(
  context: Context,
  format: string,
  found: readonly Diagnostic[],
  files: number,
): Promise<void> {
  const { stdout } = context.console;
  if (format === 'text') {
    showDiagnostics(context, found);
    const errors = found.filter(({ severity }) => severity === 'error').length;
    context.console.out(
      `${count(files, 'file')} checked: ${count(errors, 'error')}, ${count(found.length - errors, 'warning')}`,
    );
    return;
  }
  const { diagnosticsGithub, diagnosticsJson, diagnosticsSarif } =
    await import('../../config/diagnostic-formats.js');
  if (format === 'json') stdout.write(diagnosticsJson(found));
  else if (format === 'sarif') stdout.write(diagnosticsSarif(found, VERSION));
  else stdout.write(diagnosticsGithub(found));
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
