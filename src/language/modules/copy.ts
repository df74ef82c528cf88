import type { Evaluator } from '../interpreter.js';
import { NO_KEYWORDS, PyObject, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { isInstance, special, type Instance } from '../values/instance.js';
import { List } from '../values/list.js';
import { FrozenSet, PySet } from '../values/set.js';
import { Tuple } from '../values/tuple.js';
import { moduleNames } from './names.js';

export function copyModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    ['copy', 'x', ([value], runtime) => shallow(value as Value, runtime)],
    ['deepcopy', 'x memo?', ([value], runtime) => deep(value as Value, new Map(), runtime)],
  ]);
}

function shallow(value: Value, runtime: Runtime): Value {
  if (isInstance(value)) {
    const own = special(value, '__copy__', [], runtime);
    return own === undefined ? copyInstance(value, (item) => item, runtime) : own;
  }
  if (value instanceof List) {
    runtime.charge(1, 8 * value.items.length);
    return new List([...value.items]);
  }
  if (value instanceof Dict || (value instanceof PySet && !(value instanceof FrozenSet))) {
    return value.callMethod('copy', [], NO_KEYWORDS, runtime.site(), runtime) ?? value;
  }
  return value;
}

/** `seen` keeps what is already copied, so shared and circular parts stay so. */
function deep(value: Value, seen: Map<PyObject, Value>, runtime: Runtime): Value {
  if (!(value instanceof PyObject)) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  runtime.charge(1, 16);
  return runtime.nested(() => deepObject(value, seen, runtime));
}

function deepObject(value: PyObject, seen: Map<PyObject, Value>, runtime: Runtime): Value {
  const inner = (item: Value): Value => deep(item, seen, runtime);
  if (isInstance(value)) {
    const own = special(value, '__deepcopy__', [new Dict()], runtime);
    if (own !== undefined) return own;
    return copyInstance(value, inner, runtime, (copy) => seen.set(value, copy));
  }
  if (value instanceof List) {
    const copy = new List();
    seen.set(value, copy);
    for (const item of value.items) copy.items.push(inner(item));
    return copy;
  }
  if (value instanceof Tuple) {
    const items = value.items.map(inner);
    return items.every((item, i) => item === value.items[i]) ? value : new Tuple(items);
  }
  if (value instanceof Dict) {
    const copy = value.callMethod('copy', [], NO_KEYWORDS, runtime.site(), runtime);
    if (!(copy instanceof Dict)) return value;
    seen.set(value, copy);
    for (const entry of copy.entries.values()) entry.value = inner(entry.value);
    return copy;
  }
  return value instanceof PySet ? value.like([...value.items.values()].map(inner), runtime) : value;
}

function copyInstance(
  value: Instance,
  inner: (item: Value) => Value,
  runtime: Runtime,
  note?: (copy: Value) => void,
): Value {
  const site = runtime.site();
  const copy = value.cls.allocate(
    value instanceof Tuple ? [new Tuple(value.items.map(inner))] : [],
    NO_KEYWORDS,
    site,
    runtime,
  );
  note?.(copy);
  if (isInstance(copy)) for (const [name, item] of value.attributes) copy.attributes.set(name, inner(item));
  if (value instanceof List && copy instanceof List) copy.items = value.items.map(inner);
  if (value instanceof Dict && copy instanceof Dict) {
    for (const entry of value.entries.values()) copy.set(entry.key, inner(entry.value), runtime);
  }
  return copy;
}
