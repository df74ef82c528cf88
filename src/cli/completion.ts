import { ok } from '../base/result.js';
import { positional } from './argument-spec.js';
import type { Command, CommandNode } from './command.js';
import { universalOptions } from './common-options.js';
import { CommandError, EXIT } from './exit-codes.js';

const shellArgument = positional('{bash,zsh,fish}', ok<string>, { help: 'The shell to make a script for' });

/**
 * Scripts that complete words of the command line. They hold nouns and verbs; options and keys are asked
 * from `aurora completion words`, so that the script stays right when the program grows.
 */
export const completionCommand: Command = {
  spec: {
    path: 'aurora completion',
    summary: '',
    description: 'Print a script that makes a shell complete nouns, verbs, options, job keys and clusters.',
    example: 'source <(aurora completion bash)',
    parameters: [...universalOptions, shellArgument],
  },
  async run({ args, console }) {
    const shell = args.required(shellArgument);
    const script = SCRIPTS.get(shell);
    if (script === undefined)
      throw new CommandError(
        EXIT.invalidParameter,
        `There is no completion for "${shell}": bash, zsh and fish have one`,
      );
    console.outRaw(script);
    return EXIT.ok;
  },
};

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  [
    'bash',
    `_aurora() {
  local words
  words=$(aurora __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -o nospace -F _aurora aurora`,
  ],
  [
    'zsh',
    `#compdef aurora
_aurora() {
  local -a words
  words=(\${(f)"$(aurora __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -a words || _files
}
compdef _aurora aurora`,
  ],
  [
    'fish',
    `complete -c aurora -f -a '(aurora __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
  ],
]);

/** What may stand in place of the last of `words`, one a line; nothing when only a file name may. */
export async function completions(
  commands: readonly CommandNode[],
  words: readonly string[],
  keys: () => Promise<readonly string[]>,
): Promise<string[]> {
  const typed = words.at(-1) ?? '';
  const [noun, verb] = words;
  if (words.length <= 1)
    return starting(
      typed,
      commands.map(({ name }) => name),
    );
  const node = commands.find(({ name }) => name === noun);
  if (!node) return [];
  if ('verbs' in node && words.length === 2)
    return starting(
      typed,
      node.verbs.map(({ name }) => name),
    );
  const leaf = 'verbs' in node ? node.verbs.find(({ name }) => name === verb) : node;
  if (!leaf) return [];
  const { spec } = await leaf.load();
  if (typed.startsWith('-')) {
    const flags = spec.parameters.flatMap((each) =>
      each.kind === 'option' && !each.hidden ? each.flags : [],
    );
    return starting(
      typed,
      [...flags, '--help'].filter((flag) => flag.startsWith('--')),
    );
  }
  const wantsKey = spec.parameters.some((each) => each.kind === 'positional' && each.completes === 'job-key');
  const wantsCluster = spec.parameters.some(
    (each) => each.kind === 'positional' && each.completes === 'cluster',
  );
  if (!wantsKey && !wantsCluster) return [];
  const all = await keys();
  return starting(typed, wantsKey ? all : all.map((key) => key.split('/')[0] ?? ''));
}

function starting(typed: string, words: readonly string[]): string[] {
  return [...new Set(words)].filter((word) => word.startsWith(typed)).sort();
}
