import {
  getLookaheadPaths,
  LLkLookaheadStrategy,
  type ILookaheadStrategy,
  type ILookaheadValidationError,
  type IOrAlt,
  type IToken,
  type LookaheadProductionType,
  type OptionalProductionType,
  type Rule,
  type TokenType,
} from 'chevrotain';
import { assert } from '../base/assert.js';
import { allTokens, EndOfFile } from './tokens.js';

/** The decisions of a grammar by Chevrotain's number of the point where each is taken. */
export type LearntGrammar = ReadonlyArray<readonly [point: number, decision: LearntDecision]>;

/** The places in `allTokens` of the tokens that begin each alternative; -1 begins one that may be empty. */
export interface LearntDecision {
  readonly kind: 'choice' | 'gated choice' | 'optional';
  readonly alternatives: readonly (readonly number[])[];
}

/** A parser as Chevrotain calls these functions. */
interface Reader {
  LA(ahead: number): IToken;
}

type Decide = (this: Reader, alternatives?: IOrAlt<unknown>[]) => number | boolean | undefined;

const EMPTY = -1;

/** One token tells which way to go, everywhere in this grammar; what does not is behind a gate of its own. */
const MAX_LOOKAHEAD = 1;

/**
 * Learns at each point of the grammar what may come next, when a file first gets there: most files use few of
 * the rules. `decisions` then has all that was asked for.
 */
export class Lookahead implements ILookaheadStrategy {
  readonly #decisions = new WeakMap<Decide, () => LearntDecision>();
  readonly #rules = new LLkLookaheadStrategy({ maxLookahead: MAX_LOOKAHEAD });

  validate(options: {
    rules: Rule[];
    tokenTypes: TokenType[];
    grammarName: string;
  }): ILookaheadValidationError[] {
    return this.#rules.validate(options);
  }

  buildLookaheadForAlternation(options: {
    prodOccurrence: number;
    rule: Rule;
    hasPredicates: boolean;
  }): (this: Reader, alternatives?: IOrAlt<unknown>[]) => number | undefined {
    const kind = options.hasPredicates ? 'gated choice' : 'choice';
    return this.#decide(options, kind, 'Alternation') as () => number | undefined;
  }

  buildLookaheadForOptional(options: {
    prodOccurrence: number;
    rule: Rule;
    prodType: OptionalProductionType;
  }): (this: Reader) => boolean {
    return this.#decide(options, 'optional', options.prodType) as () => boolean;
  }

  /** What a function that this strategy has built decides by. */
  decisionOf(decide: Decide): LearntDecision {
    const decision = this.#decisions.get(decide);
    assert(decision !== undefined, 'a decision of another grammar');
    return decision();
  }

  #decide(
    { prodOccurrence: occurrence, rule }: { prodOccurrence: number; rule: Rule },
    kind: LearntDecision['kind'],
    prodType: LookaheadProductionType,
  ): Decide {
    const learn = (): LearntDecision => {
      const paths = getLookaheadPaths({ occurrence, rule, prodType, maxLookahead: MAX_LOOKAHEAD });
      // After the inside of an optional part comes what follows it, which decides nothing.
      const alternatives = kind === 'optional' ? paths.slice(0, 1) : paths;
      return { kind, alternatives: alternatives.map((each) => each.flatMap(firstTokens)) };
    };
    const decide = decider(learn);
    this.#decisions.set(decide, learn);
    return decide;
  }
}

/** A function that Chevrotain asks which way to go; it is made of its decision when it is first asked. */
export function decider(learn: () => LearntDecision): Decide {
  let decide: Decide | undefined;
  return function (alternatives) {
    decide ??= build(learn());
    return decide.call(this, alternatives);
  };
}

function build({ kind, alternatives }: LearntDecision): Decide {
  const begins = alternatives.map(tokenSet);
  if (kind === 'optional') {
    const [enters = []] = begins;
    return function () {
      return enters[this.LA(1).tokenTypeIdx] === true;
    };
  }
  if (kind === 'gated choice') {
    return function (choices = []) {
      const { tokenTypeIdx } = this.LA(1);
      const index = begins.findIndex(
        (each, at) => each[tokenTypeIdx] === true && choices[at]?.GATE?.call(this) !== false,
      );
      return index < 0 ? undefined : index;
    };
  }
  const chosen: number[] = [];
  // Where two alternatives begin alike the first one wins.
  for (const [index, each] of [...begins.entries()].reverse())
    for (const type of each.keys()) if (each[type] === true) chosen[type] = index;
  return function () {
    return chosen[this.LA(1).tokenTypeIdx];
  };
}

/** By the number that Chevrotain has given to each type of token. */
function tokenSet(places: readonly number[]): boolean[] {
  const set: boolean[] = [];
  const types = places.includes(EMPTY)
    ? [...allTokens, EndOfFile]
    : places.map((place) => allTokens[place] as TokenType);
  for (const type of types) set[present(type.tokenTypeIdx)] = true;
  return set;
}

/** The places of the tokens with which a path can begin: a category stands for its members. */
function firstTokens(path: readonly TokenType[]): number[] {
  const [first] = path;
  if (!first) return [EMPTY];
  const types = [first.tokenTypeIdx, ...(first.categoryMatches ?? [])];
  return allTokens.flatMap((token, place) => (types.includes(token.tokenTypeIdx) ? [place] : []));
}

function present(tokenTypeIdx: number | undefined): number {
  assert(tokenTypeIdx !== undefined, 'a token type that Chevrotain has not numbered');
  return tokenTypeIdx;
}
