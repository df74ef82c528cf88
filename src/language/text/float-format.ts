import {
  exactSignificant,
  exponentForm,
  fixedText,
  positionalForm,
  reprFloat,
  special,
  strFloat,
} from './number-text.js';

/** A float that is not negative, in one of the forms `e f g n` or, without a type, as `str` shows it. */
export function formatFloat(
  value: number,
  type: string,
  precision: number | undefined,
  alternate: boolean,
  python3: boolean,
): string {
  const upper = type === 'E' || type === 'F' || type === 'G';
  const text = special(value) ?? lower(value, type.toLowerCase(), precision, alternate, python3);
  return upper ? text.toUpperCase() : text;
}

function lower(
  value: number,
  type: string,
  precision: number | undefined,
  alternate: boolean,
  python3: boolean,
): string {
  switch (type) {
    case 'f': {
      const text = fixedText(value, precision ?? 6);
      return alternate && precision === 0 ? `${text}.` : text;
    }
    case 'e':
      return exponential(value, precision ?? 6, alternate);
    case 'g':
    case 'n':
      return general(value, precision ?? 6, alternate);
    default: {
      if (precision === undefined) return python3 ? reprFloat(value) : strFloat(value);
      const text = general(value, precision, alternate);
      return /[.e]/.test(text) ? text : `${text}.0`;
    }
  }
}

function exponential(value: number, precision: number, alternate: boolean): string {
  const computed = Math.min(precision, 1100);
  const { digits, point } = exactSignificant(value, computed + 1);
  const padded = digits + '0'.repeat(precision - computed);
  const text = exponentForm(padded, value === 0 ? 1 : point);
  return alternate && precision === 0 ? text.replace('e', '.e') : text;
}

/** `%g`: the shorter of the two forms, without trailing zeros unless `#` asks for them. */
function general(value: number, precision: number, alternate: boolean): string {
  const count = Math.max(1, Math.min(precision, 1100));
  const exact = exactSignificant(value, count);
  const point = value === 0 ? 1 : exact.point;
  const digits = alternate ? exact.digits : exact.digits.replace(/0+$/, '') || '0';
  const text =
    point <= -4 || point > count ? exponentForm(digits, point) : positionalForm(digits, point, false);
  return alternate && !text.includes('.') ? text.replace(/(?=e|$)/, '.') : text;
}
