import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { Tuple } from '../values/tuple.js';
import { createClass } from '../values/user-class.js';

/** `type(value)`, and `type(name, bases, attributes)`, which makes a class. */
export function makeType([first, bases, attributes]: readonly Value[], runtime: Runtime): Value {
  if (bases === undefined) return (runtime as Evaluator).typeOf(first as Value);
  if (typeof first !== 'string' || !(bases instanceof Tuple) || !(attributes instanceof Dict)) {
    return runtime.raise(
      'TypeError',
      'type() takes 1 or 3 arguments: a value, or a name, a tuple and a dict',
    );
  }
  const site = runtime.site();
  const names = new Map<string, Value>();
  for (const { key, value } of attributes.entries.values()) names.set(runtime.str(key), value);
  const definition = {
    name: first,
    bases: bases.items,
    attributes: names,
    site,
    attributeSpan: () => site.span,
  };
  return createClass(definition, runtime);
}
