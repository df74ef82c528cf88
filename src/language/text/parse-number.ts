import { normalize, type Integer } from '../operators/integer.js';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The int that `int(text, base)` reads; undefined when the text is none. Base 0 looks at the prefix. */
export function parseInteger(text: string, base: number): Integer | undefined {
  const match = /^\s*([-+]?)(?:0([xXoObB]))?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)[lL]?\s*$/.exec(text);
  if (!match) return undefined;
  const [, sign = '', prefix, body = ''] = match;
  const prefixBase = prefix === undefined ? undefined : PREFIXES.get(prefix.toLowerCase());
  if (prefixBase === undefined || (base !== 0 && base !== prefixBase)) {
    const whole = (prefix === undefined ? '' : `0${prefix}`) + body;
    const actual = base === 0 ? (/^0\d/.test(whole) ? 8 : 10) : base;
    return digits(sign, whole, actual);
  }
  return digits(sign, body, prefixBase);
}

const PREFIXES: ReadonlyMap<string, number> = new Map([
  ['x', 16],
  ['o', 8],
  ['b', 2],
]);

function digits(sign: string, text: string, base: number): Integer | undefined {
  const plain = text.replaceAll('_', '').toLowerCase();
  for (const character of plain) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0 || digit >= base) return undefined;
  }
  const magnitude = plain.length <= 10 ? Number.parseInt(plain, base) : parseBig(plain, base);
  if (sign !== '-') return magnitude;
  return typeof magnitude === 'number' ? 0 - magnitude : normalize(-magnitude);
}

/** Powers of two and ten are read by the engine; other bases by halves. */
function parseBig(text: string, base: number): Integer {
  if (base === 10) return normalize(BigInt(text));
  if (base === 16 || base === 8 || base === 2) {
    const prefix = base === 16 ? '0x' : base === 8 ? '0o' : '0b';
    return normalize(BigInt(prefix + text));
  }
  let value = 0n;
  for (const character of text) value = value * BigInt(base) + BigInt(DIGITS.indexOf(character));
  return normalize(value);
}

/** The float that `float(text)` reads; undefined when the text is none. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  const word = /^([-+]?)(nan|inf|infinity)$/i.exec(trimmed);
  if (word) {
    const value = word[2]?.toLowerCase() === 'nan' ? NaN : Infinity;
    return word[1] === '-' ? -value : value;
  }
  if (!/^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+)?$/.test(trimmed))
    return undefined;
  return Number(trimmed.replaceAll('_', ''));
}

const COMPLEX = new RegExp(
  String.raw`^(?<re>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\d.ej]))?(?<im>[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)?j)?$`,
  'i',
);

/** `complex('1+2j')`: the real and the imaginary part, either of which may be missing; undefined for other text. */
export function parseComplexText(text: string): readonly [re: number, im: number] | undefined {
  const bare = text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
  const { re, im } = COMPLEX.exec(bare)?.groups ?? {};
  if (re === undefined && im === undefined) return undefined;
  const size = im?.slice(0, -1);
  const imaginary = size === '' || size === '+' ? 1 : size === '-' ? -1 : Number(size ?? 0);
  // Between the parts stands a sign.
  if (re !== undefined && size !== undefined && !/^[+-]/.test(size)) return undefined;
  return [Number(re ?? 0), imaginary];
}
