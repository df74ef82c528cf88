import type { SourceFile } from '../base/source.js';
import type { BytesLiteral, FormattedField, FormattedString, StringLiteral } from './ast.js';
import {
  decodeBody,
  decodeRawUnicode,
  EscapeProblem,
  stringFormAt,
  type StringForm,
} from './string-literal.js';
import { syntaxError } from './syntax-diagnostic.js';
import { endOf, type Token } from './tokens.js';

/** One literal of a row of adjacent ones. */
export type StringPart = TextPart | FormattedPart;

export interface TextPart {
  readonly text: string;
  readonly bytes: boolean;
}

export interface FormattedPart {
  readonly pieces: ReadonlyArray<string | FormattedField>;
}

export function textPart(file: SourceFile, token: Token, unicodeEscapes: boolean): TextPart {
  const { image } = token;
  const form = formOf(image);
  const body = image.slice(form.bodyStart, image.length - form.quote.length);
  if (form.raw && form.unicode) return { text: decodeRawUnicode(body), bytes: false };
  const text = decode(file, body, token.startOffset + form.bodyStart, {
    raw: form.raw,
    bytes: form.bytes,
    unicodeEscapes: !form.bytes && (unicodeEscapes || form.unicode),
  });
  return { text, bytes: form.bytes };
}

/** The text between the fields of an f-string that began with `opening`; in a format braces stand for themselves. */
export function formattedText(file: SourceFile, opening: Token, token: Token, inFormat: boolean): string {
  const { raw } = formOf(opening.image);
  const body = inFormat ? token.image : token.image.replaceAll('{{', '{').replaceAll('}}', '}');
  return decode(file, body, token.startOffset, { raw, bytes: false, unicodeEscapes: true });
}

/** Adjacent literals as one node: an f-string among them makes it one, and text joins bytes as in Python 2. */
export function joinStrings(
  parts: readonly StringPart[],
  start: number,
  end: number,
): StringLiteral | BytesLiteral | FormattedString {
  const [only] = parts;
  if (parts.length === 1 && only && 'text' in only) {
    return { kind: only.bytes ? 'BytesLiteral' : 'StringLiteral', start, end, value: only.text };
  }
  if (parts.every((part) => 'text' in part)) {
    const kind = parts.every((part) => part.bytes) ? 'BytesLiteral' : 'StringLiteral';
    return { kind, start, end, value: parts.map((part) => part.text).join('') };
  }
  const pieces: (string | FormattedField)[] = [];
  for (const part of parts) {
    for (const piece of 'text' in part ? [part.text] : part.pieces) {
      const last = pieces[pieces.length - 1];
      if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
      else if (piece !== '') pieces.push(piece);
    }
  }
  return { kind: 'FormattedString', start, end, parts: pieces };
}

export function conversionOf(file: SourceFile, token: Token): 'r' | 's' | 'a' {
  const letter = token.image.slice(1).trim();
  if (letter === 'r' || letter === 's' || letter === 'a') return letter;
  throw syntaxError(
    file,
    token.startOffset,
    endOf(token),
    `f-string: invalid conversion ${JSON.stringify(token.image)}: expected !r, !s or !a`,
  );
}

const QUOTE = 34;
const APOSTROPHE = 39;

function formOf(image: string): StringForm {
  const first = image.charCodeAt(0);
  const quoteAt = first === APOSTROPHE || first === QUOTE ? 0 : image.search(/['"]/);
  const form = stringFormAt(image, 0, quoteAt);
  if (form === undefined) throw new Error(`not a string literal: ${image}`);
  return form;
}

function decode(
  file: SourceFile,
  body: string,
  offset: number,
  options: Parameters<typeof decodeBody>[1],
): string {
  try {
    return decodeBody(body, options);
  } catch (error) {
    if (!(error instanceof EscapeProblem)) throw error;
    const start = offset + error.at;
    throw syntaxError(file, start, start + error.length, `invalid escape in a string: ${error.message}`, {
      code: 'bad-escape',
      suggestion: "For a backslash itself write \\\\ or put r before the string: r'...'.",
    });
  }
}
