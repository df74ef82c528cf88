import { below, seededRandom, type Random } from '../../base/random.js';
import { floatOf } from '../operators/binary.js';
import type { Evaluator } from '../interpreter.js';
import { Float, PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';
import { toCount } from '../values/index.js';
import { List } from '../values/list.js';
import { nativeFunction, type NativeFunction } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';

/** `random`: the host's randomness until the config seeds it. The numbers are not CPython's. */
export function randomModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const source = new Source(runtime);
  return new Map<string, Value>([
    ...functionsOf(source).map((callee): [string, Value] => [callee.name, callee]),
    ['Random', new RandomClass(runtime)],
    ['SystemRandom', new RandomClass(runtime)],
  ]);
}

class Source {
  #random: Random | undefined;

  constructor(readonly runtime: Evaluator) {}

  get random(): Random {
    if (!this.#random) {
      this.runtime.refuseHermetic('randomness without random.seed(...)');
      this.#random = this.runtime.options.host.random;
    }
    return this.#random;
  }

  seed(value: Value): void {
    let hash = 2166136261;
    for (const character of this.runtime.repr(value)) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
    }
    this.#random = seededRandom(hash >>> 0);
  }
}

function functionsOf(source: Source): NativeFunction[] {
  return [
    nativeFunction('seed', 'a? version?', ([value = null]) => {
      source.seed(value);
      return null;
    }),
    nativeFunction('random', '', () => new Float(source.random.next())),
    nativeFunction('uniform', 'a b', ([a, b], runtime) => {
      const [low, high] = [real(a, runtime), real(b, runtime)];
      return new Float(low + (high - low) * source.random.next());
    }),
    nativeFunction('randint', 'a b', ([a, b], runtime) =>
      between(source, toCount(a as Value, runtime), toCount(b as Value, runtime) + 1, 1, runtime),
    ),
    nativeFunction('randrange', 'start stop? step?', ([a, b, c], runtime) => {
      const first = toCount(a as Value, runtime);
      const [start, stop] = b === undefined ? [0, first] : [first, toCount(b, runtime)];
      return between(source, start, stop, c === undefined ? 1 : toCount(c, runtime), runtime);
    }),
    nativeFunction('getrandbits', 'k', ([bits], runtime) => {
      const count = toCount(bits as Value, runtime);
      if (count < 1 || count > 53)
        return runtime.raise('ValueError', 'number of bits must be between 1 and 53');
      return Math.floor(source.random.next() * 2 ** count);
    }),
    nativeFunction('choice', 'seq', ([sequence], runtime) => {
      const items = itemsOf(sequence as Value, runtime);
      if (items.length === 0) return runtime.raise('IndexError', 'list index out of range');
      return items[below(source.random, items.length)] as Value;
    }),
    nativeFunction('sample', 'population k', ([population, size], runtime) => {
      const items = [...itemsOf(population as Value, runtime)];
      const count = toCount(size as Value, runtime);
      if (count < 0 || count > items.length)
        return runtime.raise('ValueError', 'sample larger than population');
      shuffleValues(items, source);
      return new List(items.slice(0, count));
    }),
    nativeFunction('shuffle', 'x _random?', ([list], runtime) => {
      if (!(list instanceof List)) return runtime.raise('TypeError', 'shuffle() needs a list');
      runtime.charge(list.items.length, 0);
      shuffleValues(list.items, source);
      return null;
    }),
  ];
}

function shuffleValues(items: Value[], source: Source): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(source.random, i + 1);
    [items[i], items[j]] = [items[j] as Value, items[i] as Value];
  }
}

function between(source: Source, start: number, stop: number, step: number, runtime: Runtime): Value {
  if (step === 0) return runtime.raise('ValueError', 'zero step for randrange()');
  const count = Math.ceil((stop - start) / step);
  if (count <= 0)
    return runtime.raise('ValueError', `empty range for randrange() (${start}, ${stop}, ${stop - start})`);
  return start + step * below(source.random, count);
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
