import type { NumberLiteral } from './ast.js';

/** Literals as source text that gives the same value in every dialect we read. */

export function printNumber({ value, isFloat, isImaginary }: NumberLiteral): string {
  if (!isFloat) return String(value);
  if (value === Infinity) return isImaginary ? '1e999j' : '1e999';
  const digits = String(value);
  if (isImaginary) return `${digits}j`;
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

const ESCAPES = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
]);

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\\]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** `quote` unless the text holds it and not the other one. */
export function printString(text: string, quote: '"' | "'" = "'"): string {
  const other = quote === "'" ? '"' : "'";
  const used = text.includes(quote) && !text.includes(other) ? other : quote;
  const escaped = escapeText(text, used);
  const lone = escaped.search(LONE_SURROGATE) >= 0;
  if (!lone) return used + escaped + used;
  return `u${used}${escaped.replace(LONE_SURROGATE, (half) => `\\u${half.charCodeAt(0).toString(16)}`)}${used}`;
}

export function printBytes(bytes: string): string {
  const escaped = escapeText(bytes, "'").replace(
    /[\u00a0-\uffff]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `b'${escaped}'`;
}

export function escapeText(text: string, quote: string): string {
  return text
    .replace(UNPRINTABLE, (character) => ESCAPES.get(character) ?? hexEscape(character))
    .replaceAll(quote, `\\${quote}`);
}

export function hexEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
