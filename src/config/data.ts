import { assert } from '../base/assert.js';
import { reprFloat } from '../language/text/number-text.js';
import { Float, PyObject, type Runtime, type Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { List } from '../language/values/list.js';
import { Tuple } from '../language/values/tuple.js';
import { ChoiceObject } from '../pystachio/choice-type.js';
import { jsonScalar, jsonText } from '../pystachio/json.js';
import { ListObject } from '../pystachio/list-type.js';
import { MapObject } from '../pystachio/map-type.js';
import { PystachioObject } from '../pystachio/pystachio-object.js';
import { SimpleObject } from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';

/** Data as it is shown: what JSON has, with floats told apart from ints. */
export type Data = null | boolean | number | bigint | string | Float | readonly Data[] | DataMap;
export type DataMap = ReadonlyMap<string, Data>;

/** The data of an interpolated object; fields that are not set are absent. */
export function dataOf(object: PystachioObject, runtime: Runtime): Data {
  if (object instanceof SimpleObject) return scalar(object.payload, runtime);
  if (object instanceof ChoiceObject) {
    return object.payload instanceof PystachioObject
      ? dataOf(object.payload, runtime)
      : scalar(object.payload, runtime);
  }
  if (object instanceof ListObject) return object.elements.map((element) => dataOf(element, runtime));
  if (object instanceof MapObject) {
    return new Map(
      object.entries.map(([key, value]) => [key.text(runtime), dataOf(value, runtime)] as const),
    );
  }
  assert(object instanceof StructObject, 'every other kind of object has been dealt with');
  const struct = object;
  const entries = struct.type.fields.flatMap((field, slot): Array<readonly [string, Data]> => {
    const value = struct.values[slot];
    return value ? [[field.name, dataOf(value, runtime)]] : [];
  });
  return new Map(entries);
}

/** A value of the language as data: sets become arrays sorted by their JSON, anything unknown its text. */
export function dataOfValue(value: Value, runtime: Runtime): Data {
  if (!(value instanceof PyObject) || value instanceof Float) return scalar(value, runtime);
  if (value instanceof PystachioObject) return dataOf(value, runtime);
  if (value instanceof List || value instanceof Tuple)
    return value.items.map((item) => dataOfValue(item, runtime));
  if (value instanceof Dict) {
    return new Map(
      Array.from(
        value.entries.values(),
        ({ key, value: each }) => [runtime.str(key), dataOfValue(each, runtime)] as const,
      ),
    );
  }
  const type = runtime.typeName(value);
  if (type === 'set' || type === 'frozenset') {
    return sortedSet(Array.from(runtime.iterate(value), (item) => dataOfValue(item, runtime)));
  }
  return runtime.str(value);
}

/** A set as an array in the order of its members' JSON text. */
export function sortedSet(members: readonly Data[]): Data[] {
  return members
    .map((member) => ({ member, text: compactJson(member) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ member }) => member);
}

/** One line, keys sorted, `, ` and `: ` between parts. */
export function compactJson(data: Data): string {
  if (data instanceof Map) {
    return `{${sortedEntries(data)
      .map(([key, value]) => `${jsonText(key)}: ${compactJson(value)}`)
      .join(', ')}}`;
  }
  if (Array.isArray(data)) return `[${data.map((item: Data) => compactJson(item)).join(', ')}]`;
  return jsonScalar(data as Value);
}

/** Two spaces a level, keys sorted. */
export function prettyJson(data: Data, indent = ''): string {
  const inner = `${indent}  `;
  if (data instanceof Map) {
    if (data.size === 0) return '{}';
    const members = sortedEntries(data).map(
      ([key, value]) => `${inner}${jsonText(key)}: ${prettyJson(value, inner)}`,
    );
    return `{\n${members.join(',\n')}\n${indent}}`;
  }
  if (Array.isArray(data)) {
    if (data.length === 0) return '[]';
    return `[\n${data.map((item: Data) => inner + prettyJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  return jsonScalar(data as Value);
}

/** YAML in block style; texts are quoted as in JSON, which is YAML too, so that no text reads as a number. */
export function toYaml(data: Data, indent = ''): string {
  if (data instanceof Map && data.size > 0) {
    return sortedEntries(data)
      .map(([key, value]) => `${indent}${yamlKey(key)}:${nested(value, indent)}`)
      .join('');
  }
  if (Array.isArray(data) && data.length > 0) {
    return data.map((item: Data) => `${indent}-${nestedItem(item, indent)}`).join('');
  }
  return `${indent}${prettyJson(data)}\n`;
}

function scalar(value: Value, runtime: Runtime): Data {
  if (!(value instanceof PyObject)) return value;
  return value instanceof Float ? value : runtime.str(value);
}

function sortedEntries(map: DataMap): Array<readonly [string, Data]> {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function isBlock(data: Data): boolean {
  return (data instanceof Map && data.size > 0) || (Array.isArray(data) && data.length > 0);
}

function nested(value: Data, indent: string): string {
  return isBlock(value) ? `\n${toYaml(value, `${indent}  `)}` : ` ${yamlScalar(value)}\n`;
}

function nestedItem(item: Data, indent: string): string {
  return isBlock(item) ? ` ${toYaml(item, `${indent}  `).trimStart()}` : ` ${yamlScalar(item)}\n`;
}

function yamlScalar(value: Data): string {
  if (value instanceof Float && !Number.isFinite(value.value)) {
    return Number.isNaN(value.value) ? '.nan' : value.value > 0 ? '.inf' : '-.inf';
  }
  return value instanceof Float ? reprFloat(value.value) : prettyJson(value);
}

function yamlKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key)
    ? key
    : jsonText(key);
}
