import type { Evaluator } from '../interpreter.js';
import { reduce } from '../builtins/iteration.js';
import { NO_KEYWORDS, PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { MethodFunction } from '../values/method-function.js';
import { nativeFunction } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';
import { UserClass } from '../values/user-class.js';
import { moduleNames } from './names.js';

export function functoolsModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    [
      'partial',
      '_function * **',
      ([callee, ...args], _runtime2, { keywords }) => new Partial(callee as Value, args, keywords),
    ],
    ['reduce', '_function _iterable _initial?', reduce],
    [
      'wraps',
      'wrapped **',
      ([wrapped]) =>
        nativeFunction('wraps', '_function', ([callee], inner) =>
          copyName(callee as Value, wrapped as Value, inner),
        ),
    ],
    [
      'update_wrapper',
      'wrapper wrapped **',
      ([wrapper, wrapped], inner) => copyName(wrapper as Value, wrapped as Value, inner),
    ],
    [
      'cmp_to_key',
      'mycmp',
      ([cmp]) => nativeFunction('K', '_obj', ([value]) => new ComparedBy(value as Value, cmp as Value)),
    ],
    ['total_ordering', '_cls', ([cls], inner) => totalOrdering(cls as Value, inner)],
    [
      'lru_cache',
      'maxsize? typed?',
      ([first]) =>
        first instanceof PyObject && first.isCallable()
          ? memoized(first)
          : nativeFunction('lru_cache', '_function', ([callee]) => memoized(callee as Value)),
    ],
    ['cache', '_function', ([callee]) => memoized(callee as Value)],
  ]);
}

class Partial extends PyObject {
  constructor(
    readonly callee: Value,
    readonly args: readonly Value[],
    readonly keywords: Keywords,
  ) {
    super();
  }

  typeName(): string {
    return 'functools.partial';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    const all = keywords.size === 0 ? this.keywords : new Map([...this.keywords, ...keywords]);
    return runtime.nested(() => runtime.call(this.callee, [...this.args, ...args], all, site));
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'func') return this.callee;
    if (name === 'args') return new Tuple(this.args);
    return name === 'keywords' ? Dict.fromEntries(this.keywords, runtime) : undefined;
  }
}

function copyName(wrapper: Value, wrapped: Value, runtime: Runtime): Value {
  if (!(wrapper instanceof PyObject) || !(wrapped instanceof PyObject)) return wrapper;
  for (const name of ['__name__', '__doc__', '__module__']) {
    const value = wrapped.getAttribute(name, runtime);
    if (value !== undefined) wrapper.setAttribute(name, value, runtime);
  }
  return wrapper;
}

/** Orders by a comparison function: what `cmp_to_key` wraps values in. */
class ComparedBy extends PyObject {
  constructor(
    readonly value: Value,
    readonly cmp: Value,
  ) {
    super();
  }

  typeName(): string {
    return 'K';
  }

  override compare(other: Value, runtime: Runtime): number {
    if (!(other instanceof ComparedBy))
      return runtime.raise('TypeError', 'other argument must be K instance');
    const order = runtime.call(this.cmp, [this.value, other.value], NO_KEYWORDS, runtime.site());
    return typeof order === 'number'
      ? order
      : runtime.raise('TypeError', 'comparison function must return int');
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return other instanceof ComparedBy && this.compare(other, runtime) === 0;
  }
}

/** Adds the order methods that are missing, from the one that is there and `__eq__`. */
function totalOrdering(cls: Value, runtime: Runtime): Value {
  if (!(cls instanceof UserClass)) return runtime.raise('TypeError', 'total_ordering needs a class');
  const roots = ['__lt__', '__le__', '__gt__', '__ge__'].filter((name) => cls.lookup(name) !== undefined);
  const [root] = roots;
  if (root === undefined) {
    return runtime.raise('ValueError', 'must define at least one ordering operation: < > <= >=');
  }
  const ask = (self: Value, other: Value, inner: Runtime): { holds: boolean; equal: boolean } => ({
    holds: inner.truthy(inner.call(inner.getAttribute(self, root), [other], NO_KEYWORDS, inner.site())),
    equal: inner.equals(self, other),
  });
  const isLess = ({ holds, equal }: { holds: boolean; equal: boolean }): boolean => {
    if (root === '__lt__') return holds;
    if (root === '__le__') return holds && !equal;
    return root === '__gt__' ? !holds && !equal : !holds;
  };
  const answers: ReadonlyArray<readonly [string, (less: boolean, equal: boolean) => boolean]> = [
    ['__lt__', (less) => less],
    ['__le__', (less, equal) => less || equal],
    ['__gt__', (less, equal) => !less && !equal],
    ['__ge__', (less) => !less],
  ];
  for (const [name, answer] of answers) {
    if (roots.includes(name)) continue;
    cls.setAttribute(
      name,
      new MethodFunction(name, '_other', ([self, other], inner) => {
        const asked = ask(self as Value, other as Value, inner);
        return answer(isLess(asked), asked.equal);
      }),
    );
  }
  return cls;
}

function memoized(callee: Value): Value {
  const known = new Dict();
  return nativeFunction('cached', '* **', (args, runtime, { keywords, site }) => {
    const key = new Tuple([
      new Tuple(args),
      ...Array.from(keywords, ([name, value]) => new Tuple([name, value])),
    ]);
    const hit = known.get(key, runtime);
    if (hit !== undefined) return hit;
    const value = runtime.nested(() => runtime.call(callee, args, keywords, site));
    known.set(key, value, runtime);
    return value;
  });
}
