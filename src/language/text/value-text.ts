import { Float, PyObject, type Runtime, type Value } from '../value.js';
import { bytesOf } from './characters.js';
import { reprFloat, strFloat } from './number-text.js';

/** `str(value)` */
export function strValue(value: Value, runtime: Runtime): string {
  if (typeof value === 'string') return value;
  if (value instanceof Float) return runtime.python3 ? reprFloat(value.value) : strFloat(value.value);
  if (value instanceof PyObject) return value.str(runtime);
  return reprPrimitive(value, runtime);
}

/** `repr(value)` */
export function reprValue(value: Value, runtime: Runtime): string {
  if (typeof value === 'string') {
    runtime.charge(value.length >> 2, value.length);
    return reprText(value, runtime.python3);
  }
  if (value instanceof Float) return reprFloat(value.value);
  if (value instanceof PyObject) return value.repr(runtime);
  const text = reprPrimitive(value, runtime);
  return typeof value === 'bigint' && !runtime.python3 && BigInt.asIntN(64, value) !== value
    ? `${text}L`
    : text;
}

function reprPrimitive(value: null | boolean | number | bigint, runtime: Runtime): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') runtime.charge(100, 32);
  return value.toString();
}

export function typeNameOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      return 'int';
    default:
      return value === null ? 'NoneType' : value.typeName();
  }
}

/** A text as a literal. Python 2 shows the UTF-8 bytes of what is not ASCII, Python 3 the characters. */
export function reprText(text: string, python3: boolean): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = PLAIN.test(text)
    ? text
    : text.replace(SPECIAL, (character) => escaped(character, quote, python3));
  return quote + body + quote;
}

const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/;
const SPECIAL = /[^\x20-\x26\x28-\x5b\x5d-\x7e]/gu;

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escaped(character: string, quote: string, python3: boolean): string {
  const code = character.codePointAt(0) as number;
  if (code >= 0x20 && code < 0x7f)
    return character === quote || character === '\\' ? `\\${character}` : character;
  const named = NAMED.get(character);
  if (named !== undefined) return named;
  if (code < 0x80) return hex(code);
  if (!python3) return Array.from(bytesOf(character), hex).join('');
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  if (code < 0x100) return hex(code);
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
