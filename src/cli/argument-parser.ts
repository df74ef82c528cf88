import { Command, CommanderError, Option as CommanderOption } from 'commander';
import { present } from '../base/assert.js';
import { err, ok, type Result } from '../base/result.js';
import { quoted, type CommandSpec, type Option, type Parameter, type Positional } from './argument-spec.js';

/**
 * Reads an argument vector with commander, under the rules of the original client that scripts rely on:
 * unambiguous prefixes of long options, its messages, and `SOURCE... DESTINATION` among the positionals.
 */
export type ParseFailure =
  | { readonly kind: 'invalid'; readonly message: string }
  /** Nothing else is wrong, but these arguments belong to nothing: the top level reports them. */
  | { readonly kind: 'unrecognized'; readonly extras: readonly string[] }
  | { readonly kind: 'help' };

/** Values by the parameter that declared them. */
export class Arguments {
  readonly #values: ReadonlyMap<Parameter, unknown>;

  constructor(values: ReadonlyMap<Parameter, unknown>) {
    this.#values = values;
  }

  get<T>(parameter: Option<T> | Positional<T>): T {
    return this.#values.has(parameter) ? (this.#values.get(parameter) as T) : parameter.initial;
  }

  /** The value of a positional that the parser has made sure of. */
  required<T>(parameter: Positional<T | undefined>): T {
    return present(this.get(parameter), parameter.metavar);
  }

  has(parameter: Parameter): boolean {
    return this.#values.has(parameter);
  }
}

export function parseArguments(spec: CommandSpec, argv: readonly string[]): Result<Arguments, ParseFailure> {
  const values = new Map<Parameter, unknown>();
  try {
    const expanded = expandPrefixes(spec, argv);
    const { operands, unknown } = declareOptions(spec, values).parseOptions(expanded);
    // Behind an option that it does not know, commander counts everything as unknown.
    const extras = unknown.filter((text) => text.startsWith('-'));
    if (extras.some((text) => text === '-h' || text === '--help')) return err({ kind: 'help' });
    const texts = [...operands, ...unknown.filter((text) => !text.startsWith('-'))];
    const left = dealPositionals(spec, texts, values);
    if (extras.length + left.length > 0) return refuseExtras(spec, [...extras, ...left]);
    return ok(new Arguments(values));
  } catch (error) {
    if (error instanceof Refusal) return err({ kind: 'invalid', message: error.message });
    if (error instanceof CommanderError) return err({ kind: 'invalid', message: translate(error, spec) });
    throw error;
  }
}

/** A value or a spelling that is not acceptable; the message is the original's. */
class Refusal extends Error {}

function optionsOf(spec: CommandSpec): Option<unknown>[] {
  return spec.parameters.filter(
    (parameter: Parameter): parameter is Option<unknown> => parameter.kind === 'option',
  );
}

/** `--bat 3` is `--batch-size 3` where nothing else begins so. */
function expandPrefixes(spec: CommandSpec, argv: readonly string[]): string[] {
  const flags = [...optionsOf(spec).flatMap((option) => option.flags), '--help'];
  const end = argv.indexOf('--');
  return argv.map((text, index) => {
    if (!text.startsWith('--') || text === '--' || (end >= 0 && index > end)) return text;
    const equals = text.indexOf('=');
    const spelling = equals < 0 ? text : text.slice(0, equals);
    if (flags.includes(spelling)) return text;
    const matches = flags.filter((flag) => flag.startsWith(spelling)).sort();
    if (matches.length > 1)
      throw new Refusal(`ambiguous option: ${spelling} could match ${matches.join(', ')}`);
    return matches[0] === undefined ? text : matches[0] + text.slice(spelling.length);
  });
}

function declareOptions(spec: CommandSpec, values: Map<Parameter, unknown>): Command {
  const command = new Command(spec.path).exitOverride().helpOption(false).allowUnknownOption();
  command.configureOutput({ writeErr: () => undefined });
  for (const option of optionsOf(spec)) {
    // One declaration a spelling: some options have three, and commander knows two.
    for (const spelling of option.flags) {
      const declared = new CommanderOption(declaration(option, spelling));
      declared.argParser((text: string | undefined) => {
        store(option, text ?? '', values);
        return true;
      });
      command.addOption(declared);
    }
  }
  return command;
}

function declaration(option: Option<unknown>, spelling: string): string {
  return takesValue(option) ? `${spelling} <value>` : spelling;
}

function takesValue(option: Option<unknown>): boolean {
  return option.metavar !== undefined || option.choices !== undefined;
}

function store(option: Option<unknown>, text: string, values: Map<Parameter, unknown>): void {
  const name = option.flags.join('/');
  if (option.choices && !option.choices.includes(text)) {
    const choices = option.choices.map(quoted).join(', ');
    throw new Refusal(`argument ${name}: invalid choice: ${quoted(text)} (choose from ${choices})`);
  }
  convert(option, name, text, values);
}

function convert(parameter: Parameter, name: string, text: string, values: Map<Parameter, unknown>): void {
  const before: unknown = values.has(parameter) ? values.get(parameter) : parameter.initial;
  const converted = (parameter as Positional<unknown>).convert(text, before);
  if (!converted.ok) throw new Refusal(`argument ${name}: ${converted.error}`);
  values.set(parameter, converted.value);
}

/** Fills the positionals from the left, those behind an open-ended one from the right; returns what is left. */
function dealPositionals(
  spec: CommandSpec,
  texts: readonly string[],
  values: Map<Parameter, unknown>,
): readonly string[] {
  const positionals = spec.parameters.filter(
    (parameter: Parameter): parameter is Positional<unknown> => parameter.kind === 'positional',
  );
  let next = 0;
  for (const [index, target] of positionals.entries()) {
    const behind = positionals.length - index - 1;
    const open = target.count === 'many' || target.count === 'any';
    const available = open ? texts.length - next - behind : Math.min(1, texts.length - next);
    if (available < (target.count === 'one' || target.count === 'many' ? 1 : 0))
      throw new Refusal('too few arguments');
    for (const text of texts.slice(next, next + available)) convert(target, target.metavar, text, values);
    next += Math.max(0, available);
  }
  return texts.slice(next);
}

function refuseExtras(
  spec: CommandSpec,
  extras: readonly string[],
): { readonly ok: false; readonly error: ParseFailure } {
  for (const text of extras) {
    const [spelling = '', ...value] = text.split('=');
    const option = optionsOf(spec).find((candidate) => candidate.flags.includes(spelling));
    if (!option || value.length === 0) continue;
    const message = `argument ${option.flags.join('/')}: ignored explicit argument ${quoted(value.join('='))}`;
    return err({ kind: 'invalid', message });
  }
  return err({ kind: 'unrecognized', extras });
}

/** The only failure of its own that commander has here is an option at the end without its value. */
function translate(error: CommanderError, spec: CommandSpec): string {
  const option = optionsOf(spec).find((candidate) =>
    candidate.flags.some((spelling) => error.message.includes(`'${declaration(candidate, spelling)}'`)),
  );
  if (error.code !== 'commander.optionMissingArgument' || !option) return error.message;
  return `argument ${option.flags.join('/')}: expected one argument`;
}
