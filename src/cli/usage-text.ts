import type { CommandSpec, Option, Parameter } from './argument-spec.js';

/**
 * Usage and help as Python's argparse lays them out: scripts compare the last line, people read the rest.
 * `columns` is the width of the terminal; argparse leaves two of them free.
 */
export function usageText(spec: CommandSpec, columns: number): string {
  const options = visibleOptions(spec).map((option) => `[${invocation(option, option.flags[0])}]`);
  const positionals = spec.parameters
    .filter((parameter) => parameter.kind === 'positional')
    .map((parameter) =>
      parameter.count === 'many' || parameter.count === 'any'
        ? `${parameter.metavar} [${parameter.metavar} ...]`
        : parameter.count === 'optional'
          ? `[${parameter.metavar}]`
          : parameter.metavar,
    );
  return layOut(spec.path, ['[-h]', ...options], positionals, columns - 2);
}

/** `usage: PROGRAM [-h] {a,b} ...` for the two upper levels. */
export function groupUsageText(path: string, flags: readonly string[], names: readonly string[]): string {
  return `usage: ${[path, '[-h]', ...flags, `{${names.join(',')}}`, '...'].join(' ')}`;
}

export function helpText(spec: CommandSpec, columns: number): string {
  const width = columns - 2;
  const positionals = spec.parameters.filter((parameter) => parameter.kind === 'positional');
  const rows = visibleOptions(spec).map((option): Row => [
    option.flags.map((spelling) => invocation(option, spelling)).join(', '),
    option.help,
  ]);
  const sections = [
    usageText(spec, columns),
    wrap(spec.description ?? spec.summary, width).join('\n'),
    ...(positionals.length > 0
      ? [
          section(
            'positional arguments:',
            positionals.map((parameter): Row => [parameter.metavar, parameter.help]),
            width,
          ),
        ]
      : []),
    section('optional arguments:', [['-h, --help', 'show this help message and exit'], ...rows], width),
  ];
  return sections.join('\n\n');
}

/** Help of the two upper levels: `rows` are the nouns or verbs with their summaries. */
export function groupHelpText(
  usage: string,
  options: readonly Row[],
  heading: string,
  names: readonly string[],
  rows: readonly Row[],
  columns: number,
): string {
  const width = columns - 2;
  const list = rows.map(([name, help]): Row => [`  ${name}`, help]);
  return [
    usage,
    section('optional arguments:', options, width),
    section(heading, [[`{${names.join(',')}}`, ''], ...list], width),
  ].join('\n\n');
}

export type Row = readonly [name: string, help: string];

/** Help begins in this column; a longer name pushes it to the next line. */
const HELP_COLUMN = 24;

function section(heading: string, rows: readonly Row[], width: number): string {
  const helpWidth = Math.max(11, width - HELP_COLUMN);
  const lines = rows.flatMap(([name, help]) => {
    const wrapped = help === '' ? [] : wrap(help, helpWidth);
    const [first = '', ...rest] = wrapped;
    const indented = rest.map((line) => ' '.repeat(HELP_COLUMN) + line);
    if (wrapped.length === 0) return [`  ${name}`];
    if (name.length + 2 <= HELP_COLUMN - 2) return [`  ${name}`.padEnd(HELP_COLUMN) + first, ...indented];
    return [`  ${name}`, ' '.repeat(HELP_COLUMN) + first, ...indented];
  });
  return [heading, ...lines].join('\n');
}

function visibleOptions(spec: CommandSpec): Option<unknown>[] {
  return spec.parameters.filter(
    (parameter: Parameter): parameter is Option<unknown> => parameter.kind === 'option' && !parameter.hidden,
  );
}

function invocation(option: Option<unknown>, spelling: string): string {
  if (option.choices && option.metavar === undefined) return `${spelling} {${option.choices.join(',')}}`;
  return option.metavar === undefined ? spelling : `${spelling} ${option.metavar}`;
}

function layOut(
  path: string,
  options: readonly string[],
  positionals: readonly string[],
  width: number,
): string {
  const prefix = 'usage: ';
  const oneLine = [path, ...options, ...positionals].join(' ');
  if (prefix.length + oneLine.length <= width) return prefix + oneLine;
  const indent = ' '.repeat(prefix.length + path.length + 1);
  const [first = '', ...others] = fill([path, ...options], indent, width, prefix.length - 1);
  return [prefix + first.slice(indent.length), ...others, ...fill(positionals, indent, width)].join('\n');
}

function fill(parts: readonly string[], indent: string, width: number, used = indent.length - 1): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  let length = used;
  for (const part of parts) {
    if (length + 1 + part.length > width) {
      lines.push(indent + line.join(' '));
      line = [];
      length = indent.length - 1;
    }
    line.push(part);
    length += part.length + 1;
  }
  if (line.length > 0) lines.push(indent + line.join(' '));
  return lines;
}

/** Python's textwrap: breaks at blanks and after hyphens inside words. */
export function wrap(text: string, width: number): string[] {
  const pieces = text
    .trim()
    .split(/\s+/)
    .flatMap((word, index) => {
      const parts = word.split(/(?<=[\w!"'&.,?]-)(?=\w)/);
      return index === 0 ? parts : [` ${parts[0] ?? ''}`, ...parts.slice(1)];
    });
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && line.length + piece.length > width) {
      lines.push(line);
      line = piece.trimStart();
    } else line += piece;
  }
  if (line !== '') lines.push(line);
  return lines;
}
