import { withArticle } from '../language/text/article.js';
import type { CallSite, Runtime, Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { readJson } from './json-reader.js';
import { DataOrigin } from './origin.js';
import { PystachioError } from './pystachio-error.js';
import type { StructObject } from './struct-object.js';
import { StructType } from './struct-type.js';

/**
 * `X.json_loads(text, strict=False)`: unless strict, unknown fields are dropped, in nested structs too, but not
 * inside lists, maps and choices.
 */
export function loadStruct(
  type: StructType,
  text: Value,
  strict: boolean,
  site: CallSite | undefined,
  runtime: Runtime,
): StructObject {
  if (typeof text !== 'string') {
    throw new PystachioError('TypeError', `expected a string, not ${runtime.typeName(text)}`);
  }
  const { value } = readJson(text, runtime);
  if (!(value instanceof Dict)) {
    const name = runtime.typeName(value);
    throw new PystachioError('AttributeError', `'${name}' object has no attribute 'items'`, {
      notes: [`the JSON of a ${type.name} is an object, not ${withArticle(name)}`],
    });
  }
  return type.wrap(
    strict ? value : knownFields(type, value, runtime),
    new DataOrigin(() => site?.span),
    runtime,
  );
}

function knownFields(type: StructType, dict: Dict, runtime: Runtime): Dict {
  const known = new Dict();
  for (const { key, value } of dict.entries.values()) {
    const slot = typeof key === 'string' ? type.slots.get(key) : undefined;
    if (slot === undefined) continue;
    const fieldType = type.fields[slot]?.type;
    const nested = fieldType instanceof StructType && value instanceof Dict;
    known.set(key, nested ? knownFields(fieldType, value, runtime) : value, runtime);
  }
  return known;
}
