import { textLength } from './characters.js';
import type { Runtime } from '../value.js';

/** `[[fill]align][sign][#][0][width][,][.precision][type]` */
export interface FormatSpec {
  readonly fill: string;
  readonly align: '<' | '>' | '=' | '^' | undefined;
  readonly sign: '+' | '-' | ' ' | undefined;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: ',' | '_' | undefined;
  readonly precision: number | undefined;
  readonly type: string;
}

const PATTERN =
  /^(?:(?<fill>[^{}])?(?<align>[<>=^]))?(?<sign>[-+ ])?z?(?<alternate>#)?(?<zero>0)?(?<width>\d*)(?<grouping>[,_])?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$/su;

export function parseFormatSpec(text: string, typeName: string, runtime: Runtime): FormatSpec {
  const groups = PATTERN.exec(text)?.groups;
  if (groups === undefined) {
    return runtime.raise(
      'ValueError',
      runtime.python3
        ? `Invalid format specifier '${text}' for object of type '${typeName}'`
        : 'Invalid conversion specification',
      { notes: [`the format is "${text}"`] },
    );
  }
  const zero = groups.zero !== undefined;
  return {
    fill: groups.fill ?? (zero ? '0' : ' '),
    align: (groups.align as FormatSpec['align']) ?? (zero ? '=' : undefined),
    sign: groups.sign as FormatSpec['sign'],
    alternate: groups.alternate !== undefined,
    width: sizeOf(groups.width ?? '', runtime),
    grouping: groups.grouping as FormatSpec['grouping'],
    precision: groups.precision === undefined ? undefined : sizeOf(groups.precision, runtime),
    type: groups.type ?? '',
  };
}

/** Widths are charged before anything that wide is made. */
function sizeOf(digits: string, runtime: Runtime): number {
  if (digits === '') return 0;
  const size = Number(digits);
  if (!Number.isSafeInteger(size))
    return runtime.raise('ValueError', 'Too many decimal digits in format string');
  runtime.charge(0, size);
  return size;
}

/** Fills a text up to the width; numbers stand to the right, other things to the left. */
export function pad(text: string, spec: FormatSpec, align: '<' | '>' | '^' | '='): string {
  const missing = spec.width === 0 ? 0 : spec.width - textLength(text);
  if (missing <= 0) return text;
  const chosen = spec.align ?? align;
  if (chosen === '<') return text + spec.fill.repeat(missing);
  if (chosen === '^') {
    const before = missing >> 1;
    return spec.fill.repeat(before) + text + spec.fill.repeat(missing - before);
  }
  if (chosen === '=') {
    const prefix = /^[-+ ]?(?:0[xXoObB])?/.exec(text)?.[0] ?? '';
    return prefix + spec.fill.repeat(missing) + text.slice(prefix.length);
  }
  return spec.fill.repeat(missing) + text;
}

/** Separators between groups of digits before the point. */
export function group(text: string, separator: string, size: number): string {
  const [, head = '', digits = '', tail = ''] =
    /^([-+ ]?(?:0[xXoObB])?)([0-9a-fA-F]+)(.*)$/s.exec(text) ?? [];
  if (digits === '') return text;
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= size)
    parts.unshift(digits.slice(Math.max(0, end - size), end));
  return head + parts.join(separator) + tail;
}
