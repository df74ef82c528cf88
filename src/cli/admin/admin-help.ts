import type { Option } from '../argument-spec.js';
import { wrap } from '../usage-text.js';
import type { AdminCommand } from './admin-command.js';

const INDENT = '    ';

/** Every command with its usage and what it is for. */
export function helpListText(commands: readonly AdminCommand[]): string {
  const parts = commands.flatMap(({ name, usage, description }) => [
    name,
    ...[`usage: ${name} ${usage}`, '', description, '']
      .join('\n')
      .split('\n')
      .map((line) => INDENT + line.trimEnd()),
    '',
  ]);
  return ['Available commands:', '', ...parts].join('\n');
}

const HELP_COLUMN = 24;
const WIDTH = 118;

/** Usage, description and options of one command. */
export function commandHelpText({ name, usage, description, options }: AdminCommand): string {
  return [
    `Usage: ${name} ${usage.split('\n').join('\n                  ')}`,
    '',
    ...description.split('\n').map((line) => `  ${line}`.trimEnd()),
    '  ',
    '',
    'Options:',
    ...row('  ', '-h, --help, --short-help', 'show this help message and exit.'),
    ...row('  ', '--long-help', 'show options from all registered modules, not just the __main__ module.'),
    ...(options.length === 0 ? [] : ['', `  For ${name} only:`]),
    ...options
      .filter((option) => !option.hidden)
      .flatMap((option) => row(INDENT, spellings(option), option.help)),
  ].join('\n');
}

function spellings({ flags, metavar, choices }: Option<unknown>): string {
  const value = metavar ?? (choices ? choices.join('|') : undefined);
  return [...flags]
    .sort((a, b) => a.length - b.length)
    .map((spelling) =>
      value === undefined
        ? spelling
        : spelling.startsWith('--')
          ? `${spelling}=${value}`
          : `${spelling} ${value}`,
    )
    .join(', ');
}

function row(indent: string, name: string, help: string): string[] {
  const lines = wrap(help, WIDTH - HELP_COLUMN);
  const head = `${indent}${name}`;
  const indented = lines.map((line) => ' '.repeat(HELP_COLUMN) + line);
  if (head.length > HELP_COLUMN - 2) return [head, ...indented];
  return [head.padEnd(HELP_COLUMN) + (lines[0] ?? ''), ...indented.slice(1)];
}
