/**
 * Numbers as Python 2 prints them. `str` of a float has at most 12 significant digits, `repr` (and JSON) the
 * shortest text that reads back as the same number; both append `.0` to whole numbers.
 */
export function floatText(value: number): string {
  return special(value) ?? layOut(Number(value.toPrecision(12)), value, 11);
}

export function floatRepr(value: number): string {
  return special(value) ?? layOut(value, value, 16);
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return undefined;
}

/** Exponent form from 10^(limit) and below 10^-4; otherwise digits with a point. */
function layOut(rounded: number, original: number, limit: number): string {
  if (rounded === 0) return Object.is(original, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = rounded.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= limit) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const plain = plainDigits(mantissa, exponent);
  return plain.includes('.') ? plain : `${plain}.0`;
}

function plainDigits(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
