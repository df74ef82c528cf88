import { present } from '../base/assert.js';
import { err, ok, type Result } from '../base/result.js';
import { quoted, type CommandSpec, type Option, type Parameter, type Positional } from './argument-spec.js';

/**
 * Reads an argument vector as Python's argparse does, because scripts written for the original client rely
 * on its rules: options anywhere between positionals, `--opt val` and `--opt=val`, unambiguous prefixes of
 * long options, `-abc` for switches and `-mTEXT` for values, `--` ends the options.
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
  return new ArgumentReader(spec).read(argv);
}

type Step = Result<undefined, ParseFailure>;
const DONE: Step = ok(undefined);

class ArgumentReader {
  readonly #byFlag = new Map<string, Option<unknown>>();
  readonly #positionals: Positional<unknown>[] = [];
  readonly #values = new Map<Parameter, unknown>();
  readonly #extras: string[] = [];
  readonly #pending: string[] = [];
  #nextPositional = 0;

  constructor(spec: CommandSpec) {
    for (const parameter of spec.parameters) {
      if (parameter.kind === 'positional') this.#positionals.push(parameter as Positional<unknown>);
      else for (const spelling of parameter.flags) this.#byFlag.set(spelling, parameter as Option<unknown>);
    }
  }

  read(argv: readonly string[]): Result<Arguments, ParseFailure> {
    let optionsEnded = false;
    for (let i = 0; i < argv.length; i++) {
      const text = argv[i] ?? '';
      if (optionsEnded || !this.#looksLikeOption(text)) {
        const step = this.#takePositional(text);
        if (!step.ok) return step;
      } else if (text === '--') {
        optionsEnded = true;
      } else {
        const taken = this.#takeOption(text, argv[i + 1]);
        if (!taken.ok) return taken;
        if (taken.value) i += 1;
      }
    }
    return this.#finish();
  }

  #looksLikeOption(text: string): boolean {
    if (!text.startsWith('-') || text === '-') return false;
    if (this.#byFlag.has(text) || text === '-h' || text === '--help' || text === '--') return true;
    if (/^-\d+$|^-\d*\.\d+$/.test(text)) return false;
    return text.includes('=') || !text.includes(' ');
  }

  /** True when the option used up the following argument. */
  #takeOption(text: string, following: string | undefined): Result<boolean, ParseFailure> {
    const equals = text.startsWith('--') ? text.indexOf('=') : -1;
    const spelling = equals < 0 ? text : text.slice(0, equals);
    const attached = equals < 0 ? undefined : text.slice(equals + 1);
    const found = this.#findOption(spelling);
    if (!found.ok) return found;
    if (found.value === 'help') return err({ kind: 'help' });
    if (found.value) return this.#takeValue(found.value, attached, following);
    if (!text.startsWith('--')) return this.#takeCluster(text, following);
    this.#extras.push(text);
    return ok(false);
  }

  #findOption(spelling: string): Result<Option<unknown> | 'help' | undefined, ParseFailure> {
    const exact = this.#byFlag.get(spelling);
    if (exact) return ok(exact);
    if (spelling === '-h' || spelling === '--help') return ok('help');
    if (!spelling.startsWith('--') || spelling.length < 3) return ok(undefined);
    const matches = [...this.#byFlag.keys(), '--help'].filter((flag) => flag.startsWith(spelling)).sort();
    const [only, ...others] = matches;
    if (only === undefined) return ok(undefined);
    if (others.length > 0) return invalid(`ambiguous option: ${spelling} could match ${matches.join(', ')}`);
    return ok(this.#byFlag.get(only) ?? 'help');
  }

  #takeValue(
    option: Option<unknown>,
    attached: string | undefined,
    following: string | undefined,
  ): Result<boolean, ParseFailure> {
    if (option.metavar === undefined && !option.choices) {
      if (attached !== undefined)
        return invalid(`argument ${option.flags.join('/')}: ignored explicit argument ${quoted(attached)}`);
      return this.#store(option, '', false);
    }
    if (attached !== undefined) return this.#store(option, attached, false);
    if (following === undefined || this.#looksLikeOption(following))
      return invalid(`argument ${option.flags.join('/')}: expected one argument`);
    return this.#store(option, following, true);
  }

  /** `-vm text`, `-mtext`: short switches in front, at most one value at the end. */
  #takeCluster(text: string, following: string | undefined): Result<boolean, ParseFailure> {
    for (let i = 1; i < text.length; i++) {
      const spelling = `-${text[i] ?? ''}`;
      const option = this.#byFlag.get(spelling);
      if (spelling === '-h') return err({ kind: 'help' });
      if (!option) {
        this.#extras.push(i === 1 ? text : `-${text.slice(i)}`);
        return ok(false);
      }
      if (option.metavar !== undefined || option.choices) {
        const rest = text.slice(i + 1);
        return this.#takeValue(option, rest === '' ? undefined : rest, following);
      }
      const stored = this.#store(option, '', false);
      if (!stored.ok) return stored;
    }
    return ok(false);
  }

  #store(option: Option<unknown>, text: string, consumed: boolean): Result<boolean, ParseFailure> {
    const name = option.flags.join('/');
    if (option.choices && !option.choices.includes(text))
      return invalid(
        `argument ${name}: invalid choice: ${quoted(text)} (choose from ${option.choices.map(quoted).join(', ')})`,
      );
    const converted = option.convert(text, this.#values.get(option) ?? option.initial);
    if (!converted.ok) return invalid(`argument ${name}: ${converted.error}`);
    this.#values.set(option, converted.value);
    return ok(consumed);
  }

  #takePositional(text: string): Step {
    const target = this.#positionals[this.#nextPositional];
    if (!target) {
      this.#extras.push(text);
      return DONE;
    }
    // Texts after a `many` positional may belong to what follows it: they are dealt out at the end.
    if (isOpenEnded(target)) {
      this.#pending.push(text);
      return DONE;
    }
    this.#nextPositional += 1;
    return this.#convertPositional(target, text);
  }

  #convertPositional(target: Positional<unknown>, text: string): Step {
    const converted = target.convert(text, this.#values.get(target) ?? target.initial);
    if (!converted.ok) return invalid(`argument ${target.metavar}: ${converted.error}`);
    this.#values.set(target, converted.value);
    return DONE;
  }

  #finish(): Result<Arguments, ParseFailure> {
    const left = this.#positionals.slice(this.#nextPositional);
    const many = left[0] && isOpenEnded(left[0]) ? left.shift() : undefined;
    if (many) {
      const dealt = this.#dealPending(many, left);
      if (!dealt.ok) return dealt;
    } else if (left.some((positional) => positional.count !== 'optional')) {
      return invalid('too few arguments');
    }
    if (this.#extras.length > 0) return err({ kind: 'unrecognized', extras: this.#extras });
    return ok(new Arguments(this.#values));
  }

  /** `SOURCE... DESTINATION`: the last texts go to the positionals behind the `many` one. */
  #dealPending(many: Positional<unknown>, behind: readonly Positional<unknown>[]): Step {
    const split = this.#pending.length - behind.length;
    if (split < (many.count === 'many' ? 1 : 0)) return invalid('too few arguments');
    for (const text of this.#pending.slice(0, split)) {
      const step = this.#convertPositional(many, text);
      if (!step.ok) return step;
    }
    for (const [i, target] of behind.entries()) {
      const step = this.#convertPositional(target, present(this.#pending[split + i], target.metavar));
      if (!step.ok) return step;
    }
    return DONE;
  }
}

function isOpenEnded({ count }: Positional<unknown>): boolean {
  return count === 'many' || count === 'any';
}

function invalid(message: string): { readonly ok: false; readonly error: ParseFailure } {
  return err({ kind: 'invalid', message });
}
