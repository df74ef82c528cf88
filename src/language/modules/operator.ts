import { binaryOperation } from '../operators/binary.js';
import { richComparison } from '../operators/compare.js';
import { contains, setItem } from '../operators/items.js';
import { unaryOperation } from '../operators/unary.js';
import type { Evaluator } from '../interpreter.js';
import type { RichOperator, Runtime, Value } from '../value.js';
import { toText } from '../values/index.js';
import { nativeFunction } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';
import { moduleNames } from './names.js';

const BINARY: ReadonlyArray<readonly [name: string, operator: string]> = [
  ['add', '+'],
  ['concat', '+'],
  ['sub', '-'],
  ['mul', '*'],
  ['div', '/'],
  ['floordiv', '//'],
  ['mod', '%'],
  ['pow', '**'],
  ['lshift', '<<'],
  ['rshift', '>>'],
  ['and_', '&'],
  ['or_', '|'],
  ['xor', '^'],
];

const COMPARISONS: ReadonlyArray<readonly [name: string, operator: RichOperator]> = [
  ['lt', '<'],
  ['le', '<='],
  ['eq', '=='],
  ['ne', '!='],
  ['gt', '>'],
  ['ge', '>='],
];

/** `operator` */
export function operatorModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const division = runtime.python3 ? 'true' : 'floor';
  return moduleNames([
    ...BINARY.map(
      ([name, operator]) =>
        [
          name,
          '_a _b',
          ([a, b]: readonly Value[], inner: Runtime) =>
            binaryOperation(operator, a as Value, b as Value, division, inner),
        ] as const,
    ),
    ...COMPARISONS.map(
      ([name, operator]) =>
        [
          name,
          '_a _b',
          ([a, b]: readonly Value[], inner: Runtime) =>
            richComparison(operator, a as Value, b as Value, inner),
        ] as const,
    ),
    ['truediv', '_a _b', ([a, b], inner) => binaryOperation('/', a as Value, b as Value, 'true', inner)],
    ['neg', '_a', ([a], inner) => unaryOperation('-', a as Value, inner)],
    ['pos', '_a', ([a], inner) => unaryOperation('+', a as Value, inner)],
    ['invert', '_a', ([a], inner) => unaryOperation('~', a as Value, inner)],
    ['not_', '_a', ([a], inner) => !inner.truthy(a as Value)],
    ['truth', '_a', ([a], inner) => inner.truthy(a as Value)],
    ['is_', '_a _b', ([a, b]) => a === b],
    ['is_not', '_a _b', ([a, b]) => a !== b],
    ['contains', '_a _b', ([a, b], inner) => contains(a as Value, b as Value, inner)],
    ['getitem', '_a _b', ([a, b]) => runtime.getItem(a as Value, b as Value)],
    [
      'setitem',
      '_a _b _c',
      ([a, b, c], inner) => {
        setItem(a as Value, b as Value, c as Value, inner);
        return null;
      },
    ],
    [
      'itemgetter',
      '_item *',
      (items) =>
        nativeFunction('itemgetter', '_object', ([object]) =>
          several(items.map((item) => runtime.getItem(object as Value, item))),
        ),
    ],
    [
      'attrgetter',
      '_attr *',
      (names, inner) =>
        nativeFunction('attrgetter', '_object', ([object]) =>
          several(names.map((name) => dotted(object as Value, toText(name, inner), inner))),
        ),
    ],
    [
      'methodcaller',
      '_name * **',
      ([name, ...args], inner, { keywords }) => {
        const method = toText(name as Value, inner);
        return nativeFunction('methodcaller', '_object', ([object], later) =>
          later.call(later.getAttribute(object as Value, method), args, keywords, later.site()),
        );
      },
    ],
  ]);
}

function several(values: readonly Value[]): Value {
  return values.length === 1 ? (values[0] as Value) : new Tuple(values);
}

function dotted(object: Value, path: string, runtime: Runtime): Value {
  return path.split('.').reduce((value, name) => runtime.getAttribute(value, name), object);
}
