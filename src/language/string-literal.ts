import { characterNamed } from './character-names.js';

/**
 * String literals: where one ends, and what it means. Prefixes of Python 2 and 3 together: any case of
 * r, u, b, f, ur, br, rb, fr, rf.
 */
export interface StringForm {
  readonly raw: boolean;
  readonly bytes: boolean;
  readonly unicode: boolean;
  readonly formatted: boolean;
  /** `'`, `"`, `'''` or `"""`. */
  readonly quote: string;
  /** Offset of the first character after the opening quote. */
  readonly bodyStart: number;
}

const PREFIX = /^(?:[rubf]|ur|[bf]r|r[bf])?$/i;

/** The form of the literal whose prefix begins at `start` and whose opening quote stands at `quoteAt`. */
export function stringFormAt(text: string, start: number, quoteAt: number): StringForm | undefined {
  const prefix = quoteAt === start ? '' : text.slice(start, quoteAt);
  const single = text.charAt(quoteAt);
  if ((single !== '"' && single !== "'") || prefix.length > 2 || !PREFIX.test(prefix)) return undefined;
  const triple = text.charAt(quoteAt + 1) === single && text.charAt(quoteAt + 2) === single;
  const quote = triple ? single.repeat(3) : single;
  if (prefix === '') {
    const bodyStart = quoteAt + quote.length;
    return { raw: false, bytes: false, unicode: false, formatted: false, quote, bodyStart };
  }
  return {
    raw: /r/i.test(prefix),
    bytes: /b/i.test(prefix),
    unicode: /u/i.test(prefix),
    formatted: /f/i.test(prefix),
    quote,
    bodyStart: quoteAt + quote.length,
  };
}

const NEWLINE = 10;
const RETURN = 13;
const BACKSLASH = 92;

/** Offset of the closing quote, or -1 with the offset where the search gave up. */
export function closingQuote(text: string, form: StringForm): { close: number; gaveUpAt: number } {
  const { quote } = form;
  const mark = quote.charCodeAt(0);
  const triple = quote.length === 3;
  for (let at = form.bodyStart; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      at++;
      if (text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === NEWLINE) at++;
    } else if (code === mark && (!triple || text.startsWith(quote, at))) {
      return { close: at, gaveUpAt: at };
    } else if (!triple && (code === NEWLINE || code === RETURN)) {
      return { close: -1, gaveUpAt: at };
    }
  }
  return { close: -1, gaveUpAt: text.length };
}

/** A mistake inside a literal, at offsets within its body. */
export class EscapeProblem extends Error {
  constructor(
    message: string,
    readonly at: number,
    readonly length: number,
  ) {
    super(message);
  }
}

export interface DecodeOptions {
  readonly raw: boolean;
  readonly bytes: boolean;
  /** Whether `\u0041` and `\N{...}` are escapes: in Python 2 only with the prefix u. */
  readonly unicodeEscapes: boolean;
}

const SIMPLE_ESCAPES = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\n', ''],
]);

/** The text that a literal's body stands for. Line ends are `\n`; an unknown escape stays as it is. */
export function decodeBody(source: string, options: DecodeOptions): string {
  const body = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  if (!body.includes('\\')) return body;
  if (options.raw) return body;
  let result = '';
  let from = 0;
  for (let at = body.indexOf('\\'); at >= 0; at = body.indexOf('\\', from)) {
    result += body.slice(from, at);
    const escape = decodeEscape(body, at, options);
    result += escape.text;
    from = at + escape.length;
  }
  return result + body.slice(from);
}

interface Escape {
  readonly text: string;
  readonly length: number;
}

function decodeEscape(body: string, at: number, options: DecodeOptions): Escape {
  const letter = body.charAt(at + 1);
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { text: simple, length: 2 };
  if (letter >= '0' && letter <= '7') return octalEscape(body, at, options.bytes);
  if (letter === 'x') return hexEscape(body, at, 2);
  if (options.unicodeEscapes) {
    if (letter === 'u') return hexEscape(body, at, 4);
    if (letter === 'U') return hexEscape(body, at, 8);
    if (letter === 'N' && body.charAt(at + 2) === '{') return namedCharacter(body, at);
  }
  return { text: `\\${letter}`, length: 2 };
}

function namedCharacter(body: string, at: number): Escape {
  const end = body.indexOf('}', at);
  const name = body.slice(at + 3, end < 0 ? body.length : end);
  const text = end < 0 ? undefined : characterNamed(name);
  if (text === undefined) {
    const message = `no character is known by the name ${JSON.stringify(name)}: write the character itself or its code`;
    throw new EscapeProblem(message, at, name.length + (end < 0 ? 3 : 4));
  }
  return { text, length: end + 1 - at };
}

function octalEscape(body: string, at: number, bytes: boolean): Escape {
  const digits = /[0-7]{1,3}/y;
  digits.lastIndex = at + 1;
  const match = digits.exec(body)?.[0] ?? '0';
  const code = parseInt(match, 8);
  return { text: String.fromCharCode(bytes ? code & 0xff : code), length: 1 + match.length };
}

function hexEscape(body: string, at: number, count: number): Escape {
  const digits = body.slice(at + 2, at + 2 + count);
  const code = /^[0-9a-fA-F]+$/.test(digits) && digits.length === count ? parseInt(digits, 16) : -1;
  if (code < 0 || code > 0x10ffff) {
    const letter = body.charAt(at + 1);
    const found = /^[0-9a-fA-F]*/.exec(digits)?.[0].length ?? 0;
    throw new EscapeProblem(
      code < 0
        ? `the escape \\${letter} needs ${count} hexadecimal digits`
        : `there is no character with the code ${digits}`,
      at,
      2 + found,
    );
  }
  return { text: String.fromCodePoint(code), length: 2 + count };
}

/** Raw text with the prefix ur: Python 2 still reads `\u0041` in it. */
export function decodeRawUnicode(source: string): string {
  const body = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  return body.replace(/(\\+)u([0-9a-fA-F]{4})/g, (whole: string, slashes: string, digits: string) =>
    slashes.length % 2 === 1 ? slashes.slice(1) + String.fromCharCode(parseInt(digits, 16)) : whole,
  );
}
