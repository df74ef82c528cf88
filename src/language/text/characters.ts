/**
 * Text is counted in code points, as Python counts it; JavaScript counts UTF-16 units. Nearly all text has no
 * surrogates and takes the short way. A lone low surrogate U+DC80 to U+DCFF stands for a byte that was no UTF-8.
 */
const SURROGATE = /[\ud800-\udfff]/;

/** The answer for the last long text: loops ask about the same one again and again. */
let lastText = '';
let lastPlain = true;

/** True when each UTF-16 unit is a character. */
export function isPlain(text: string): boolean {
  if (text.length < 64) return !SURROGATE.test(text);
  if (text !== lastText) {
    lastText = text;
    lastPlain = !SURROGATE.test(text);
  }
  return lastPlain;
}

export function textLength(text: string): number {
  if (isPlain(text)) return text.length;
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

/** The UTF-16 place of a code point; the end of the text for any beyond it. */
function offsetOf(text: string, index: number): number {
  let offset = 0;
  let count = 0;
  for (const character of text) {
    if (count >= index) break;
    offset += character.length;
    count += 1;
  }
  return offset;
}

export function characterAt(text: string, index: number): string {
  if (isPlain(text)) return text[index] ?? '';
  const code = text.codePointAt(offsetOf(text, index));
  return code === undefined ? '' : String.fromCodePoint(code);
}

export function sliceText(text: string, start: number, end: number): string {
  if (isPlain(text)) return text.slice(start, end);
  return text.slice(offsetOf(text, start), offsetOf(text, end));
}

/** The place of a UTF-16 unit as Python counts it. */
export function characterIndex(text: string, offset: number): number {
  return isPlain(text) ? offset : textLength(text.slice(0, offset));
}

/** How often a part occurs, without overlap. */
export function countOccurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}

/**
 * Charges work on each character before it is done: what follows may make an array of them, and the engine
 * ends the process when an array grows beyond some hundred million elements.
 */
export function chargeCharacters(
  text: string,
  runtime: { charge(steps: number, bytes: number): void },
): string {
  runtime.charge(text.length >> 2, 0);
  return text;
}

/** UTF-8, with the bytes that were no UTF-8 as they came. */
export function bytesOf(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text, 'utf8');
  const parts: Uint8Array[] = [];
  for (const piece of text.split(/((?<![\ud800-\udbff])[\udc80-\udcff]+)/)) {
    const code = piece.charCodeAt(0);
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(Uint8Array.from(piece, (c) => c.charCodeAt(0) - 0xdc00));
    else parts.push(Buffer.from(piece, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** The reverse of `bytesOf`. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(buffer)) return text;
  return lenient(bytes);
}

/** One character a byte: for digests and other data that is no text. */
export function textOfRawBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
}

function lenient(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let result = '';
  let clean = 0;
  for (let at = 0; at < bytes.length;) {
    const size = sequenceSize(bytes, at, decoder);
    if (size > 0) {
      at += size;
      continue;
    }
    result += decoder.decode(bytes.subarray(clean, at)) + String.fromCharCode(0xdc00 + (bytes[at] as number));
    at += 1;
    clean = at;
  }
  return result + decoder.decode(bytes.subarray(clean));
}

/** The length of the valid UTF-8 sequence at a place, or 0. */
function sequenceSize(bytes: Uint8Array, at: number, decoder: { decode(bytes: Uint8Array): string }): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > bytes.length) return 0;
  try {
    decoder.decode(bytes.subarray(at, at + size));
    return size;
  } catch {
    return 0;
  }
}
