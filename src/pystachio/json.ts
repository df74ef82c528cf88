import { Float, type Value } from '../language/value.js';
import { reprFloat } from '../language/text/number-text.js';
import type { PystachioObject } from './pystachio-object.js';

/**
 * JSON of an interpolated object as Python's `json.dumps` lays it out: `, ` and `: ` between parts, ASCII
 * only, floats in their shortest form with `.0` kept. Keys are sorted, so that equal objects give equal
 * bytes (the original's order changes from run to run). References left over are text, also where a number
 * is wanted.
 */
export function toJson(object: PystachioObject): string {
  const out: string[] = [];
  object.writeJson(out);
  return out.join('');
}

export function jsonScalar(value: Value): string {
  switch (typeof value) {
    case 'string':
      return jsonText(value);
    case 'number':
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      if (value instanceof Float) return jsonFloat(value.value);
      return 'null';
  }
}
const PLAIN = /^[ !#-[\]-~]*$/;
const BEYOND_ASCII = /[\u007f-\uffff]/g;

export function jsonText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    BEYOND_ASCII,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Python writes these three names where JSON has no number. */
function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return reprFloat(value);
}
