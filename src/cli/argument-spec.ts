import { err, ok, type Result } from '../base/result.js';

/**
 * What a command accepts, as data: the parser reads it, usage and help texts and shell completion are made
 * from it. An option or positional is also the typed key under which its value is found after parsing.
 */
export interface Option<T> {
  readonly kind: 'option';
  /** Spellings in the order that messages show them: `--message`, `-m`. */
  readonly flags: readonly [string, ...string[]];
  /** Absent for a switch, which takes no value. */
  readonly metavar?: string;
  readonly choices?: readonly string[];
  readonly repeatable: boolean;
  /** Called for every value; the error completes `argument NAME: `. */
  readonly convert: (text: string, before: T) => Result<T, string>;
  readonly initial: T;
  readonly help: string;
  /** Accepted, but not listed: the extension of a verb whose help is the original's. */
  readonly hidden?: boolean;
}

export interface Positional<T> {
  readonly kind: 'positional';
  readonly metavar: string;
  /** `one` is required, `optional` may be missing, `many` takes all that is left and at least one, `any` maybe none. */
  readonly count: 'one' | 'optional' | 'many' | 'any';
  readonly convert: (text: string, before: T) => Result<T, string>;
  readonly initial: T;
  readonly help: string;
  /** Offers what a shell may complete here. */
  readonly completes?: 'job-key' | 'file' | 'cluster';
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list holds parameters of every type
export type Parameter = Option<any> | Positional<any>;

/** One verb: parameters in the order of the usage text. */
export interface CommandSpec {
  /** `aurora job create` */
  readonly path: string;
  /** One sentence for the list of verbs. */
  readonly summary: string;
  /** What the help of the verb itself says; the summary when absent. */
  readonly description?: string;
  /** Typed as a user would, shown by help on a terminal. */
  readonly example: string;
  readonly parameters: readonly Parameter[];
}

export function flag(flags: readonly [string, ...string[]], help: string, hidden = false): Option<boolean> {
  return { kind: 'option', flags, repeatable: false, convert: () => ok(true), initial: false, help, hidden };
}

interface TextDetails {
  readonly metavar: string;
  readonly help: string;
  readonly choices?: readonly string[];
  readonly hidden?: boolean;
}

/** An option with a text value; undefined when not given. */
export function textOption(
  flags: readonly [string, ...string[]],
  details: TextDetails,
): Option<string | undefined> {
  return { kind: 'option', flags, repeatable: false, convert: ok, initial: undefined, ...details };
}

export function textOptionWithDefault(
  flags: readonly [string, ...string[]],
  initial: string,
  details: TextDetails,
): Option<string> {
  return { kind: 'option', flags, repeatable: false, convert: ok, initial, ...details };
}

export function integerOption(
  flags: readonly [string, ...string[]],
  initial: number,
  details: TextDetails,
): Option<number> {
  return { kind: 'option', flags, repeatable: false, convert: toInteger, initial, ...details };
}

/** A repeatable option that collects what `parse` makes of each value. */
export function listOption<T>(
  flags: readonly [string, ...string[]],
  parse: (text: string) => Result<T, string>,
  details: TextDetails,
): Option<readonly T[]> {
  return {
    kind: 'option',
    flags,
    repeatable: true,
    convert: (text, before) => {
      const parsed = parse(text);
      return parsed.ok ? ok([...before, parsed.value]) : parsed;
    },
    initial: [],
    ...details,
  };
}

/** An option whose single value `parse` reads; undefined when not given. */
export function valueOption<T>(
  flags: readonly [string, ...string[]],
  parse: (text: string) => Result<T, string>,
  details: TextDetails,
): Option<T | undefined> {
  return { kind: 'option', flags, repeatable: false, convert: parse, initial: undefined, ...details };
}

interface PositionalDetails {
  readonly help: string;
  readonly completes?: 'job-key' | 'file' | 'cluster';
}

export function positional<T>(
  metavar: string,
  parse: (text: string) => Result<T, string>,
  details: PositionalDetails,
): Positional<T | undefined> {
  return { kind: 'positional', metavar, count: 'one', convert: parse, initial: undefined, ...details };
}

export function optionalPositional<T>(
  metavar: string,
  parse: (text: string) => Result<T, string>,
  details: PositionalDetails,
): Positional<T | undefined> {
  return { ...positional(metavar, parse, details), count: 'optional' };
}

export function manyPositionals<T>(
  metavar: string,
  parse: (text: string) => Result<T, string>,
  details: PositionalDetails,
): Positional<readonly T[]> {
  return {
    kind: 'positional',
    metavar,
    count: 'many',
    convert: (text, before) => {
      const parsed = parse(text);
      return parsed.ok ? ok([...before, parsed.value]) : parsed;
    },
    initial: [],
    ...details,
  };
}

export function anyText(text: string): Result<string, string> {
  return ok(text);
}

export function toInteger(text: string): Result<number, string> {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) return err(`invalid int value: ${quoted(text)}`);
  return ok(Number(trimmed));
}

export function toFloat(text: string): Result<number, string> {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return err(`invalid float value: ${quoted(text)}`);
  return ok(value);
}

/** A text as Python shows it: the form in which the original's messages quote what was given. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `${quote}${escaped}${quote}`;
}
