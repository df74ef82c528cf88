import { floatOf, integerOf } from '../operators/number-of.js';
import { hashText, pythonHash } from '../text/python-hash.js';
import type { Evaluator } from '../interpreter.js';
import {
  dictKeyOf,
  Float,
  PyObject,
  type CallSite,
  type Keywords,
  type Runtime,
  type Value,
} from '../value.js';
import { toCount } from '../values/index.js';
import { List } from '../values/list.js';
import { nativeFunction, type NativeFunction } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';
import { MersenneTwister } from './mersenne-twister.js';

/**
 * `random`: the host's randomness until the config seeds it; afterwards the numbers of CPython 2.7, so that a config that
 * spreads its jobs by a seed puts each where it always was.
 */
export function randomModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const source = new Source(runtime);
  return new Map<string, Value>([
    ...functionsOf(source).map((callee): [string, Value] => [callee.name, callee]),
    ['Random', new RandomClass(runtime)],
    ['SystemRandom', new RandomClass(runtime)],
  ]);
}

class Source {
  #generator: MersenneTwister | undefined;
  #gauss: number | undefined;

  constructor(readonly runtime: Evaluator) {}

  /** A float in [0, 1). */
  next(): number {
    if (this.#generator) return this.#generator.next();
    this.runtime.refuseHermetic('randomness without random.seed(...)');
    return this.runtime.options.host.random.next();
  }

  next32(): number {
    return this.#generator ? this.#generator.next32() : Math.floor(this.next() * 2 ** 32);
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** The normal distribution, two numbers at a time. */
  gauss(): number {
    const kept = this.#gauss;
    this.#gauss = undefined;
    if (kept !== undefined) return kept;
    const angle = this.next() * 2 * Math.PI;
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    this.#gauss = Math.sin(angle) * radius;
    return Math.cos(angle) * radius;
  }

  seed(value: Value): void {
    this.#gauss = undefined;
    this.#generator = value === null ? undefined : new MersenneTwister(this.#number(value));
  }

  /** An int is its own seed, without its sign; anything else its hash, as an unsigned number. */
  #number(value: Value): bigint {
    const integer = integerOf(value);
    if (integer !== undefined) return BigInt(integer < 0 ? -integer : integer);
    dictKeyOf(value, this.runtime);
    return BigInt.asUintN(64, pythonHash(value) ?? hashText(this.runtime.repr(value)));
  }
}

function functionsOf(source: Source): NativeFunction[] {
  return [
    nativeFunction('seed', 'a? version?', ([value = null]) => {
      source.seed(value);
      return null;
    }),
    nativeFunction('random', '', () => new Float(source.next())),
    nativeFunction('uniform', 'a b', ([a, b], runtime) => {
      const [low, high] = [real(a, runtime), real(b, runtime)];
      return new Float(low + (high - low) * source.next());
    }),
    nativeFunction('triangular', 'low? high? mode?', (args, runtime) => triangular(source, args, runtime)),
    nativeFunction(
      'gauss',
      'mu sigma',
      ([mu, sigma], runtime) => new Float(real(mu, runtime) + source.gauss() * real(sigma, runtime)),
    ),
    nativeFunction(
      'normalvariate',
      'mu sigma',
      ([mu, sigma], runtime) => new Float(real(mu, runtime) + normal(source) * real(sigma, runtime)),
    ),
    nativeFunction(
      'expovariate',
      'lambd',
      ([rate], runtime) => new Float(-Math.log(1 - source.next()) / real(rate, runtime)),
    ),
    nativeFunction('randint', 'a b', ([a, b], runtime) =>
      between(source, toCount(a as Value, runtime), toCount(b as Value, runtime) + 1, 1, runtime),
    ),
    nativeFunction('randrange', 'start stop? step?', ([a, b, c], runtime) => {
      const first = toCount(a as Value, runtime);
      const [start, stop] = b === undefined ? [0, first] : [first, toCount(b, runtime)];
      return between(source, start, stop, c === undefined ? 1 : toCount(c, runtime), runtime);
    }),
    nativeFunction('getrandbits', 'k', ([bits], runtime) => randomBits(source, bits as Value, runtime)),
    nativeFunction('choice', 'seq', ([sequence], runtime) => {
      const items = itemsOf(sequence as Value, runtime);
      if (items.length === 0) return runtime.raise('IndexError', 'list index out of range');
      return items[source.below(items.length)] as Value;
    }),
    nativeFunction('sample', 'population k', ([population, size], runtime) => {
      const items = itemsOf(population as Value, runtime);
      const count = toCount(size as Value, runtime);
      if (count < 0 || count > items.length)
        return runtime.raise('ValueError', 'sample larger than population');
      runtime.charge(items.length, 8 * items.length);
      return new List(sample(source, items, count));
    }),
    nativeFunction('shuffle', 'x _random?', ([list], runtime) => {
      if (!(list instanceof List)) return runtime.raise('TypeError', 'shuffle() needs a list');
      runtime.charge(list.items.length, 0);
      shuffleValues(list.items, source);
      return null;
    }),
  ];
}

/** The most bits that one call makes. */
const MOST_BITS = 1_000_000;

function randomBits(source: Source, bits: Value, runtime: Runtime): Value {
  const count = toCount(bits, runtime);
  if (count < 1 || count > MOST_BITS)
    return runtime.raise('ValueError', `number of bits must be between 1 and ${MOST_BITS}`);
  runtime.charge(count >> 5, count >> 3);
  let digits = '';
  for (let left = count; left > 0; left -= 32) {
    const word = source.next32();
    digits = (left < 32 ? word >>> (32 - left) : word).toString(16).padStart(8, '0') + digits;
  }
  const number = BigInt(`0x${digits}`);
  return Number.isSafeInteger(Number(number)) ? Number(number) : number;
}

function triangular(source: Source, [a, b, c]: readonly Value[], runtime: Runtime): Value {
  let [low, high] = [a === undefined ? 0 : real(a, runtime), b === undefined ? 1 : real(b, runtime)];
  const mode = c === undefined || c === null ? undefined : real(c, runtime);
  let share = source.next();
  let turn = mode === undefined ? 0.5 : (mode - low) / (high - low);
  if (share > turn) {
    share = 1 - share;
    turn = 1 - turn;
    [low, high] = [high, low];
  }
  return new Float(low + (high - low) * Math.sqrt(share * turn));
}

/** The method of Kinderman and Monahan. */
function normal(source: Source): number {
  for (;;) {
    const share = source.next();
    const height = 1 - source.next();
    const value = (NORMAL_RATIO * (share - 0.5)) / height;
    if ((value * value) / 4 <= -Math.log(height)) return value;
  }
}

const NORMAL_RATIO = (4 * Math.exp(-0.5)) / Math.sqrt(2);

/** Small populations are drawn from a pool, others by trying, as CPython does: the numbers drawn depend on it. */
function sample(source: Source, items: readonly Value[], count: number): Value[] {
  const chosen: Value[] = [];
  const poolSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
  if (items.length <= poolSize) {
    const pool = [...items];
    for (let i = 0; i < count; i++) {
      const place = source.below(items.length - i);
      chosen.push(pool[place] as Value);
      pool[place] = pool[items.length - i - 1] as Value;
    }
    return chosen;
  }
  const taken = new Set<number>();
  for (let i = 0; i < count; i++) {
    let place = source.below(items.length);
    while (taken.has(place)) place = source.below(items.length);
    taken.add(place);
    chosen.push(items[place] as Value);
  }
  return chosen;
}

function shuffleValues(items: Value[], source: Source): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = source.below(i + 1);
    [items[i], items[j]] = [items[j] as Value, items[i] as Value];
  }
}

function between(source: Source, start: number, stop: number, step: number, runtime: Runtime): Value {
  if (step === 0) return runtime.raise('ValueError', 'zero step for randrange()');
  const count = Math.ceil((stop - start) / step);
  if (count <= 0)
    return runtime.raise('ValueError', `empty range for randrange() (${start}, ${stop}, ${stop - start})`);
  return start + step * source.below(count);
}

function real(value: Value | undefined, runtime: Runtime): number {
  return floatOf(value ?? null) ?? runtime.raise('TypeError', 'a float is required');
}

function itemsOf(sequence: Value, runtime: Runtime): readonly Value[] {
  if (sequence instanceof List || sequence instanceof Tuple) return sequence.items;
  const items: Value[] = [];
  for (const item of runtime.iterate(sequence)) {
    runtime.charge(1, 8);
    items.push(item);
  }
  return items;
}

/** `random.Random(seed)`: a stream of its own. */
class RandomClass extends PyObject {
  constructor(readonly runtime: Evaluator) {
    super();
  }

  typeName(): string {
    return 'type';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], _keywords: Keywords, _site: CallSite, _runtime: Runtime): Value {
    const source = new Source(this.runtime);
    if (args[0] !== undefined) source.seed(args[0]);
    return new RandomObject(new Map(functionsOf(source).map((callee) => [callee.name, callee])));
  }
}

class RandomObject extends PyObject {
  constructor(readonly functions: ReadonlyMap<string, Value>) {
    super();
  }

  typeName(): string {
    return 'Random';
  }

  override getAttribute(name: string): Value | undefined {
    return this.functions.get(name);
  }

  override attributeNames(): Iterable<string> {
    return this.functions.keys();
  }
}
