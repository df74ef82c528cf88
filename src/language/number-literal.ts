/** A number's text and value; ints beyond 2^53 are exact. */
export interface ScannedNumber {
  readonly end: number;
  /** Why the text is no number, in plain words. */
  readonly problem?: string;
  readonly suggestion?: string;
}

const PATTERN =
  /0[xX][0-9a-fA-F_]*[lL]?|0[oO][0-9_]*[lL]?|0[bB][0-9_]*[lL]?|(?:\d[\d_]*\.?(?:\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[lLjJ]?/y;
/** Python lets these words follow a number without a space: `1if x else 2`. */
const WORD_AFTER = /(?:if|else|for|and|or|in|is|not)\b/y;
/** Most numbers: digits, few enough to be exact. */
const PLAIN = /^(?:0|[1-9][0-9]{0,14})$/;
const WORD_CHARACTER = /[\p{ID_Continue}]/u;

/** Scans the number at `start`, which begins with a digit, or a point and a digit. */
export function scanNumber(text: string, start: number): ScannedNumber {
  PATTERN.lastIndex = start;
  const match = PATTERN.exec(text);
  let end = start + (match?.[0].length ?? 1);
  WORD_AFTER.lastIndex = end;
  if (end < text.length && WORD_CHARACTER.test(text.charAt(end)) && !WORD_AFTER.test(text)) {
    while (end < text.length && WORD_CHARACTER.test(text.charAt(end))) end++;
    return { end, problem: `invalid number ${text.slice(start, end)}`, ...hint(text.slice(start, end)) };
  }
  const problem = numberProblem(text.slice(start, end));
  return problem === undefined ? { end } : { end, problem };
}

/** The value of a number's text that `scanNumber` found no problem in. */
export function numberValue(image: string): NumberValue {
  if (PLAIN.test(image)) return { value: Number(image), isFloat: false, isImaginary: false };
  const text = image.replaceAll('_', '').replace(/[lL]$/, '');
  if (/^0[xXoObB]/.test(text)) return int(BigInt(text.toLowerCase()));
  if (/[jJ]$/.test(text)) return { value: Number(text.slice(0, -1)), isFloat: true, isImaginary: true };
  if (/[.eE]/.test(text)) return { value: Number(text), isFloat: true, isImaginary: false };
  if (/^0\d/.test(text) && /[1-9]/.test(text)) return int(BigInt(`0o${text}`));
  const value = Number(text);
  return Number.isSafeInteger(value) ? { value, isFloat: false, isImaginary: false } : int(BigInt(text));
}

export interface NumberValue {
  readonly value: number | bigint;
  readonly isFloat: boolean;
  readonly isImaginary: boolean;
}

/** An int's digits beyond this cost quadratic time to read; Python 3 has the same limit. */
const MOST_DIGITS = 4300;

function numberProblem(text: string): string | undefined {
  if (/_(?:_|$|[.eElL])/.test(text) || /[.eE]_/.test(text)) {
    return `invalid number ${text}: an underscore must stand between two digits`;
  }
  if (/^0[xXoObB][lL]?$/.test(text)) return `invalid number ${text}: digits are missing`;
  if (/^0[oO].*[89]/.test(text)) return `invalid octal number ${text}: its digits are 0 to 7`;
  if (/^0[bB].*[2-9]/.test(text)) return `invalid binary number ${text}: its digits are 0 and 1`;
  if (/^0\d[\d_]*[lL]?$/.test(text) && /[89]/.test(text)) {
    return `invalid octal number ${text}: a number that begins with 0 is octal (digits 0 to 7)`;
  }
  if (/[.eE].*[lL]$/.test(text) && !/^0[xX]/.test(text))
    return `invalid number ${text}: L is for whole numbers`;
  if (!/^0[xX]/.test(text) && text.length > MOST_DIGITS) {
    return `invalid number: more than ${MOST_DIGITS} digits`;
  }
  return undefined;
}

function hint(text: string): { suggestion?: string } {
  const match = /^(\d+)([KMGT]B)$/i.exec(text);
  return match?.[1] && match[2]
    ? { suggestion: `Did you mean "${match[1]}*${match[2].toUpperCase()}"?` }
    : {};
}

function int(value: bigint): NumberValue {
  const small = Number(value);
  return { value: Number.isSafeInteger(small) ? small : value, isFloat: false, isImaginary: false };
}
