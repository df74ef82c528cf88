/**
 * The text of a float, digit for digit as CPython writes it. `repr` is the shortest text that reads back as
 * the same number; Python 2's `str` has at most 12 significant digits.
 */
export function reprFloat(value: number): string {
  const size = Math.abs(value);
  // In this range JavaScript writes the same digits, only without a point where none is needed.
  if (size >= 1e-4 && size < 1e16) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  return special(value) ?? withPoint(shortest(value), 16);
}

/** Python 2's `str(float)`. */
export function strFloat(value: number): string {
  return special(value) ?? withPoint(significantDigits(value, 12), 11);
}

/** A number as digits d1 d2 d3 ... with the value 0.d1d2d3... times ten to the `point`. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
}

export function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return undefined;
}

/** Rounds to `count` significant digits, half to even on the exact binary value; trailing zeros are cut. */
export function significantDigits(value: number, count: number): Decimal {
  const exact = exactSignificant(value, count);
  const digits = exact.digits.replace(/0+$/, '');
  return { ...exact, digits: digits === '' ? '0' : digits };
}

/** As `significantDigits`, always with `count` digits. */
export function exactSignificant(value: number, count: number): Decimal {
  const negative = value < 0 || Object.is(value, -0);
  const magnitude = Math.abs(value);
  if (magnitude === 0) return { negative, digits: '0'.repeat(count), point: 1 };
  const [text, exponent] = magnitude.toExponential().split('e') as [string, string];
  let point = Number(exponent) + 1;
  if (text.replace('.', '').length <= count) {
    return { negative, digits: text.replace('.', '').padEnd(count, '0'), point };
  }
  let digits = scaledInteger(magnitude, count - point).toString();
  if (digits.length > count) {
    point += 1;
    digits = digits.slice(0, count);
  }
  return { negative, digits, point };
}

/** `%.*f`: `decimals` digits after the point, half to even on the exact binary value. */
export function fixedText(value: number, decimals: number): string {
  const negative = value < 0 || Object.is(value, -0);
  // No double has a digit beyond the 1,074th.
  const computed = Math.min(decimals, 1100);
  const digits = scaledInteger(Math.abs(value), computed)
    .toString()
    .padStart(computed + 1, '0');
  const whole = digits.slice(0, digits.length - computed);
  const fraction = digits.slice(digits.length - computed) + '0'.repeat(decimals - computed);
  return `${negative ? '-' : ''}${whole}${decimals > 0 ? `.${fraction}` : ''}`;
}

/** `value` times ten to the `decimals`, rounded; `value` is finite and not negative. */
export function scaledInteger(value: number, decimals: number, halfUp = false): bigint {
  const [mantissa, exponent] = decompose(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (decimals >= 0) numerator *= 10n ** BigInt(decimals);
  else denominator *= 10n ** BigInt(-decimals);
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (halfUp || (quotient & 1n) === 1n));
  return up ? quotient + 1n : quotient;
}

/** `value` = mantissa * 2 ** exponent, exactly. */
function decompose(value: number): [mantissa: bigint, exponent: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0 ? [fraction, -1074] : [fraction | (1n << 52n), exponent - 1075];
}

function shortest(value: number): Decimal {
  const [text, exponent] = Math.abs(value).toExponential().split('e') as [string, string];
  const negative = value < 0 || Object.is(value, -0);
  return { negative, digits: text.replace('.', ''), point: Number(exponent) + 1 };
}

/** Positional form, or exponent form beyond `limit` digits before the point and below 0.0001. */
function withPoint({ negative, digits, point }: Decimal, limit: number): string {
  const sign = negative ? '-' : '';
  if (point <= -4 || point > limit) return sign + exponentForm(digits, point);
  return sign + positionalForm(digits, point, true);
}

export function exponentForm(digits: string, point: number): string {
  const exponent = point - 1;
  const size = String(Math.abs(exponent)).padStart(2, '0');
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
}

export function positionalForm(digits: string, point: number, addPoint: boolean): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return digits.padEnd(point, '0') + (addPoint ? '.0' : '');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}
