import type { Evaluator } from '../interpreter.js';
import { BUILTIN_TYPES } from '../builtins/types.js';
import { BuiltinType } from '../values/builtin-type.js';
import { updateDict } from '../operators/update-dict.js';
import { NO_KEYWORDS, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { List } from '../values/list.js';
import { toText } from '../values/index.js';
import { counterType } from './counter.js';
import { dequeType } from './deque.js';
import { makeNamedTuple } from './named-tuple.js';
import { moduleNames } from './names.js';

export function collectionsModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames(
    [['namedtuple', 'typename field_names verbose? rename? defaults?', namedTuple]],
    [
      ['OrderedDict', orderedDictType],
      ['defaultdict', defaultDictType],
      ['Counter', counterType],
      ['deque', dequeType],
      ['Mapping', BUILTIN_TYPES.get('dict') ?? null],
      ['MutableMapping', BUILTIN_TYPES.get('dict') ?? null],
      ['Sequence', sequenceType],
      ['Iterable', iterableType],
      ['Callable', callableType],
    ],
  );
}

const sequenceType = new BuiltinType('Sequence', {
  is: (value) =>
    typeof value === 'string' ||
    value instanceof List ||
    BUILTIN_TYPES.get('tuple')?.isInstance(value) === true,
});
const iterableType = new BuiltinType('Iterable', {
  is: (value) =>
    typeof value === 'string' ||
    (typeof value === 'object' && value !== null && ITERABLES.has(value.typeName())),
});
const callableType = new BuiltinType('Callable', {
  is: (value) => typeof value === 'object' && value !== null && value.isCallable(),
});
const ITERABLES = new Set([
  'list',
  'tuple',
  'dict',
  'set',
  'frozenset',
  'generator',
  'xrange',
  'OrderedDict',
  'defaultdict',
  'Counter',
  'deque',
  'file',
]);

function namedTuple([name, names, _verbose, _rename, defaults]: readonly Value[], runtime: Runtime): Value {
  const fields =
    typeof names === 'string'
      ? names
          .replaceAll(',', ' ')
          .split(/\s+/)
          .filter((part) => part !== '')
      : [...runtime.iterate(names as Value)].map((part) => toText(part, runtime));
  const seen = new Set<string>();
  for (const field of fields) {
    if (!/^[A-Za-z_]\w*$/.test(field)) {
      runtime.raise(
        'ValueError',
        `Type names and field names can only contain alphanumeric characters and underscores: ${runtime.repr(field)}`,
      );
    }
    if (field.startsWith('_'))
      runtime.raise('ValueError', `Field names cannot start with an underscore: ${runtime.repr(field)}`);
    if (seen.has(field))
      runtime.raise('ValueError', `Encountered duplicate field name: ${runtime.repr(field)}`);
    seen.add(field);
  }
  const values = defaults === undefined || defaults === null ? [] : [...runtime.iterate(defaults)];
  return makeNamedTuple(toText(name as Value, runtime), fields, runtime, values).cls;
}

/** Every dict keeps its order; this one shows it. */
class OrderedDict extends Dict {
  override typeName(): string {
    return 'OrderedDict';
  }

  override repr(runtime: Runtime): string {
    const pairs = [...this.entries.values()].map(
      ({ key, value }) => `(${runtime.repr(key)}, ${runtime.repr(value)})`,
    );
    return `OrderedDict(${pairs.length > 0 ? `[${pairs.join(', ')}]` : ''})`;
  }
}

const dictType = BUILTIN_TYPES.get('dict');

const orderedDictType = new BuiltinType('OrderedDict', {
  ...(dictType && { parent: dictType }),
  parameters: '_other? **',
  construct: ([other], runtime, { keywords }) => {
    const dict = new OrderedDict();
    if (other !== undefined) updateDict(dict, other, runtime);
    for (const [key, value] of keywords) dict.set(key, value, runtime);
    return dict;
  },
  is: (value) => value instanceof OrderedDict,
  ...(dictType?.options.allocate && { allocate: dictType.options.allocate }),
  prototype: Dict.prototype,
});

class DefaultDict extends Dict {
  constructor(readonly factory: Value) {
    super();
  }

  override typeName(): string {
    return 'defaultdict';
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    return name === 'default_factory' ? this.factory : super.getAttribute(name, runtime);
  }

  override missing(key: Value, runtime: Runtime): Value {
    if (this.factory === null) return super.missing(key, runtime);
    const value = runtime.call(this.factory, [], NO_KEYWORDS, runtime.site());
    this.set(key, value, runtime);
    return value;
  }

  override repr(runtime: Runtime): string {
    return `defaultdict(${runtime.repr(this.factory)}, ${super.repr(runtime)})`;
  }
}

const defaultDictType = new BuiltinType('defaultdict', {
  ...(dictType && { parent: dictType }),
  parameters: '_factory? _other? **',
  construct: ([factory = null, other], runtime, { keywords }) => {
    if (factory !== null && !(typeof factory === 'object' && factory.isCallable())) {
      runtime.raise('TypeError', 'first argument must be callable');
    }
    const dict = new DefaultDict(factory);
    if (other !== undefined) updateDict(dict, other, runtime);
    for (const [key, value] of keywords) dict.set(key, value, runtime);
    return dict;
  },
  is: (value) => value instanceof DefaultDict,
  prototype: Dict.prototype,
});
