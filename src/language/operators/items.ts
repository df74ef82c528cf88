import { NOT_IMPLEMENTED, PyObject, type Runtime, type Value } from '../value.js';
import { elementIndex } from '../values/index.js';
import { plainOf } from '../values/plain-of.js';
import { resolveSlice, Slice } from '../values/slice.js';
import { characterAt, chargeCharacters, isPlain, sliceText, textLength } from '../text/characters.js';

/** `object[index]` */
export function getItem(object: Value, index: Value, runtime: Runtime): Value {
  if (object instanceof PyObject) {
    const result = object.getItem(index, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  } else if (typeof object === 'string') return textItem(object, index, runtime);
  return runtime.raise(
    'TypeError',
    runtime.python3
      ? `'${runtime.typeName(object)}' object is not subscriptable`
      : `'${runtime.typeName(object)}' object has no attribute '__getitem__'`,
    { code: 'not-subscriptable' },
  );
}

export function setItem(object: Value, index: Value, value: Value, runtime: Runtime): void {
  if (object instanceof PyObject && object.setItem(index, value, runtime)) return;
  runtime.raise('TypeError', `'${runtime.typeName(object)}' object does not support item assignment`);
}

export function deleteItem(object: Value, index: Value, runtime: Runtime): void {
  if (object instanceof PyObject && object.deleteItem(index, runtime)) return;
  runtime.raise('TypeError', `'${runtime.typeName(object)}' object doesn't support item deletion`);
}

/** `item in container` */
export function contains(container: Value, item: Value, runtime: Runtime): boolean {
  if (typeof container === 'string') {
    const wanted = plainOf(item);
    if (typeof wanted !== 'string') {
      return runtime.raise(
        'TypeError',
        `'in <string>' requires string as left operand, not ${runtime.typeName(item)}`,
      );
    }
    runtime.charge(container.length >> 6, 0);
    return container.includes(wanted);
  }
  if (container instanceof PyObject) {
    const result = container.contains(item, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
    if (container.iterate(runtime) !== undefined) {
      for (const value of runtime.iterate(container)) if (runtime.equals(value, item)) return true;
      return false;
    }
  }
  return runtime.raise('TypeError', `argument of type '${runtime.typeName(container)}' is not iterable`);
}

function textItem(text: string, index: Value, runtime: Runtime): Value {
  if (!(index instanceof Slice)) {
    const length = textLength(text);
    return characterAt(text, elementIndex(index, length, runtime, 'string'));
  }
  const range = resolveSlice(index, textLength(text), runtime);
  runtime.charge(0, range.step === 1 ? Math.min(range.count, 64) : range.count);
  if (range.step === 1) return sliceText(text, range.start, range.start + range.count);
  const characters = isPlain(text) ? text : Array.from(chargeCharacters(text, runtime));
  let result = '';
  for (let i = 0; i < range.count; i++) result += characters[range.start + i * range.step] ?? '';
  return result;
}
