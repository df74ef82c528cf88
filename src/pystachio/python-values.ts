import { PyObject, type Runtime, type Value } from '../language/value.js';
import { List } from '../language/values/list.js';
import { Tuple } from '../language/values/tuple.js';
import { PystachioObject } from './pystachio-object.js';

/** The items of what counts as a sequence (not text, sets or dicts); undefined for anything else. */
export function sequenceItems(value: Value, runtime: Runtime): readonly Value[] | undefined {
  if (value instanceof List) return value.items;
  if (value instanceof Tuple) return value.items;
  if (value instanceof PystachioObject || !(value instanceof PyObject)) return undefined;
  const type = runtime.typeName(value);
  return type === 'xrange' || type === 'range' ? Array.from(runtime.iterate(value)) : undefined;
}
