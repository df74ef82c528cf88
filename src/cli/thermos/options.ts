import { nearest } from '../../base/nearest.js';

/** One option of a `thermos` command: GNU style, before the positional arguments. */
export interface OptionSpec {
  readonly flags: readonly string[];
  /** Name of the value in the help; absent for a switch. */
  readonly metavar?: string;
  readonly choices?: readonly string[];
  readonly help: string;
}

/** What was given, by the option's first flag. */
export interface ParsedOptions {
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** A mistake in the arguments: `thermos: error: MESSAGE` under the usage, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options end at the first argument that is none, or at `--`: what follows belongs to the command. */
export function parseOptions(specs: readonly OptionSpec[], argv: readonly string[]): ParsedOptions {
  const given = new Map<string, string[]>();
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') return { given, positionals: argv.slice(at + 1) };
    if (!word.startsWith('-') || word === '-') break;
    const { spec, value } = split(specs, word);
    const name = spec.flags[0] ?? '';
    let taken = value;
    if (spec.metavar === undefined) {
      if (value !== undefined) throw new UsageError(`${name} option does not take a value`);
      taken = '';
    } else if (taken === undefined) {
      taken = argv[++at];
      if (taken === undefined) throw new UsageError(`${name} option requires an argument`);
    }
    check(spec, taken);
    given.set(name, [...(given.get(name) ?? []), taken]);
  }
  return { given, positionals: argv.slice(at) };
}

export function last(options: ParsedOptions, flag: string): string | undefined {
  return options.given.get(flag)?.at(-1);
}

export function all(options: ParsedOptions, flag: string): readonly string[] {
  return options.given.get(flag) ?? [];
}

/** A whole number of at least `least`, or undefined when the option is absent. */
export function wholeNumber(options: ParsedOptions, flag: string, least = 0): number | undefined {
  const text = last(options, flag);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`option ${flag}: invalid integer value: '${text}'`);
  }
  return value;
}

/** `--opt=V`, `--opt V`, `-oV`, `-o V`. */
function split(specs: readonly OptionSpec[], word: string): { spec: OptionSpec; value: string | undefined } {
  const long = word.startsWith('--');
  const equals = long ? word.indexOf('=') : -1;
  const flag = long ? (equals < 0 ? word : word.slice(0, equals)) : word.slice(0, 2);
  const spec = specs.find((candidate) => candidate.flags.includes(flag));
  if (!spec) {
    const close = nearest(
      flag,
      specs.flatMap((candidate) => candidate.flags),
    );
    throw new UsageError(`no such option: ${flag}${close === undefined ? '' : `; did you mean ${close}?`}`);
  }
  const value = long ? (equals < 0 ? undefined : word.slice(equals + 1)) : word.slice(2) || undefined;
  return { spec, value };
}

function check(spec: OptionSpec, value: string): void {
  if (!spec.choices || spec.choices.includes(value)) return;
  const choices = spec.choices.map((choice) => `'${choice}'`).join(', ');
  throw new UsageError(`option ${spec.flags[0] ?? ''}: invalid choice: '${value}' (choose from ${choices})`);
}
