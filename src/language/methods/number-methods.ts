import { bitLength } from '../operators/integer.js';
import { formatValue } from '../text/format-value.js';
import { Float, type Value } from '../value.js';
import { toText } from '../values/index.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { Tuple } from '../values/tuple.js';

/** Methods of ints and bools. */
export const intMethods: MethodTable<number | bigint | boolean> = methodTable<number | bigint | boolean>([
  ['bit_length', '', (self) => exactBits(typeof self === 'boolean' ? Number(self) : self)],
  ['conjugate', '', (self) => (typeof self === 'boolean' ? Number(self) : self)],
  ['is_integer', '', () => true],
  [
    '__format__',
    '_spec',
    (self, [spec], runtime) => formatValue(self, toText(spec as Value, runtime), runtime),
  ],
]);

function exactBits(value: number | bigint): number {
  if (typeof value === 'number') return bitLength(value);
  return (value < 0n ? -value : value).toString(2).length;
}

export const floatMethods: MethodTable<Float> = methodTable<Float>([
  ['is_integer', '', (self) => Number.isInteger(self.value)],
  ['conjugate', '', (self) => self],
  ['hex', '', (self) => hexText(self.value)],
  [
    'as_integer_ratio',
    '',
    (self, _args, runtime) => {
      if (!Number.isFinite(self.value))
        return runtime.raise('OverflowError', 'Cannot pass infinity to float.as_integer_ratio.');
      let numerator = self.value;
      let denominator = 1n;
      while (!Number.isInteger(numerator)) {
        numerator *= 2;
        denominator *= 2n;
      }
      const top = BigInt(numerator);
      return new Tuple([small(top), small(denominator)]);
    },
  ],
  [
    '__format__',
    '_spec',
    (self, [spec], runtime) => formatValue(self, toText(spec as Value, runtime), runtime),
  ],
]);

function small(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** `0x1.8000000000000p+1` */
function hexText(value: number): string {
  if (!Number.isFinite(value)) return String(value).toLowerCase().replace('infinity', 'inf');
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = (bits & 0xfffffffffffffn).toString(16).padStart(13, '0');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (exponent === 0 && /^0+$/.test(fraction)) return `${sign}0x0.0p+0`;
  const power = exponent === 0 ? -1022 : exponent - 1023;
  return `${sign}0x${exponent === 0 ? 0 : 1}.${fraction}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}
