import { Float, NO_KEYWORDS, PyObject, type Runtime, type Value } from '../value.js';
import { isInstance, special } from '../values/instance.js';
import { sliceText } from './characters.js';
import { formatFloat } from './float-format.js';
import { group, pad, parseFormatSpec, type FormatSpec } from './format-spec.js';
import { plainOf } from '../values/plain-of.js';

/** `format(value, spec)` */
export function formatValue(given: Value, spec: string, runtime: Runtime): string {
  if (isInstance(given)) {
    const result = special(given, '__format__', [spec], runtime);
    if (typeof result === 'string') return result;
  }
  if (spec === '') return runtime.str(given);
  const value = plainOf(given);
  if (value instanceof PyObject && !(value instanceof Float)) {
    const method = value.getAttribute('__format__', runtime);
    if (method !== undefined) return runtime.str(runtime.call(method, [spec], NO_KEYWORDS, runtime.site()));
  }
  const parsed = parseFormatSpec(spec, runtime.typeName(value), runtime);
  if (value instanceof Float) return formatFloatValue(value.value, parsed, runtime);
  if (typeof value === 'number' || typeof value === 'bigint') return formatInteger(value, parsed, runtime);
  if (typeof value === 'boolean') return formatInteger(Number(value), parsed, runtime);
  return formatText(runtime.str(value), parsed, runtime);
}

function formatText(text: string, spec: FormatSpec, runtime: Runtime): string {
  if (spec.type !== '' && spec.type !== 's') refuseType(spec.type, 'str', runtime);
  if (spec.alternate) {
    runtime.raise('ValueError', 'Alternate form (#) not allowed in string format specifier');
  }
  if (spec.grouping) runtime.raise('ValueError', `Cannot specify '${spec.grouping}' with 's'.`);
  if (spec.sign) runtime.raise('ValueError', 'Sign not allowed in string format specifier');
  if (spec.align === '=' && spec.fill !== '0') {
    runtime.raise('ValueError', "'=' alignment not allowed in string format specifier");
  }
  const cut = spec.precision === undefined ? text : sliceText(text, 0, spec.precision);
  return pad(cut, spec.align === '=' ? { ...spec, align: '<' } : spec, '<');
}

export function formatInteger(value: number | bigint, spec: FormatSpec, runtime: Runtime): string {
  if ('eEfFgG%'.includes(spec.type) && spec.type !== '')
    return formatFloatValue(Number(value), spec, runtime);
  if (spec.precision !== undefined)
    runtime.raise('ValueError', 'Precision not allowed in integer format specifier');
  if (spec.grouping === ',' && 'boxXcn'.includes(spec.type) && spec.type !== '') {
    runtime.raise('ValueError', `Cannot specify ',' with '${spec.type}'.`);
  }
  if (spec.type === 'c') {
    if (spec.sign) runtime.raise('ValueError', "Sign not allowed with integer format specifier 'c'");
    if (spec.alternate && runtime.python3) {
      runtime.raise('ValueError', "Alternate form (#) not allowed with integer format specifier 'c'");
    }
    if (value < 0 || value > 0x10ffff) runtime.raise('OverflowError', '%c arg not in range(0x110000)');
    return pad(String.fromCodePoint(Number(value)), spec, '<');
  }
  const digits = integerDigits(value, spec, runtime);
  return pad(signed(groupedDigits(digits, value < 0, spec), value < 0, spec.sign), spec, '>');
}

function integerDigits(value: number | bigint, spec: FormatSpec, runtime: Runtime): string {
  const magnitude = value < 0 ? -value : value;
  if (typeof value === 'bigint') runtime.charge(100, 64);
  const prefix = (text: string): string => (spec.alternate ? text : '');
  switch (spec.type) {
    case '':
    case 'd':
    case 'n':
      return magnitude.toString();
    case 'x':
      return prefix('0x') + magnitude.toString(16);
    case 'X':
      return prefix('0X') + magnitude.toString(16).toUpperCase();
    case 'o':
      return prefix('0o') + magnitude.toString(8);
    case 'b':
      return prefix('0b') + magnitude.toString(2);
    default:
      return refuseType(spec.type, 'int', runtime);
  }
}

/** Zeros that fill a width are grouped with the digits. */
function groupedDigits(text: string, negative: boolean, spec: FormatSpec): string {
  if (spec.grouping === undefined) return text;
  const size = groupSize(spec);
  const whole = /^\d*/.exec(text)?.[0] ?? '';
  const rest = text.slice(whole.length);
  let digits = whole;
  if (spec.fill === '0' && spec.align === '=' && whole !== '') {
    const room = spec.width - rest.length - (negative || spec.sign === '+' || spec.sign === ' ' ? 1 : 0);
    const blocks = Math.floor(room / (size + 1));
    digits = whole.padStart(room - blocks + (room % (size + 1) === 0 ? 1 : 0), '0');
  }
  return group(digits, spec.grouping, size) + rest;
}

function groupSize({ type }: FormatSpec): number {
  return type === 'x' || type === 'X' || type === 'o' || type === 'b' ? 4 : 3;
}

function formatFloatValue(value: number, spec: FormatSpec, runtime: Runtime): string {
  if (!'eEfFgGn%'.includes(spec.type)) refuseType(spec.type, 'float', runtime);
  if (spec.grouping === ',' && spec.type === 'n') runtime.raise('ValueError', "Cannot specify ',' with 'n'.");
  if (spec.alternate && !runtime.python3) {
    runtime.raise('ValueError', 'Alternate form (#) not allowed in float format specifier');
  }
  const percent = spec.type === '%';
  const scaled = percent ? value * 100 : value;
  const body = formatFloat(
    Math.abs(scaled),
    percent ? 'f' : spec.type,
    spec.precision,
    spec.alternate,
    runtime.python3,
  );
  const negative = scaled < 0 || Object.is(scaled, -0);
  const grouped = groupedDigits(body + (percent ? '%' : ''), negative, spec);
  return pad(signed(grouped, negative, spec.sign), spec, '>');
}

export function signed(digits: string, negative: boolean, sign: FormatSpec['sign']): string {
  if (negative) return `-${digits}`;
  return sign === '+' || sign === ' ' ? sign + digits : digits;
}

function refuseType(type: string, name: string, runtime: Runtime): never {
  return runtime.raise('ValueError', `Unknown format code '${type}' for object of type '${name}'`);
}
