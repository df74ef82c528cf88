/** Values as the original client printed them: scripts parse these forms. */

/** A double: always with a point or an exponent, `5.0`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Marks a number that JSON output shows as a double. */
export class Double {
  constructor(readonly value: number) {}
}

export interface JsonLayout {
  /** Blanks a level; everything on one line when absent. */
  readonly indent?: number;
  readonly itemSeparator: string;
  readonly keySeparator: string;
}

export const COMPACT_JSON: JsonLayout = { itemSeparator: ',', keySeparator: ':' };
export const INDENTED_JSON: JsonLayout = { indent: 2, itemSeparator: ',', keySeparator: ': ' };
export const DEFAULT_JSON: JsonLayout = { itemSeparator: ', ', keySeparator: ': ' };

/** JSON as Python's json module writes it with ensure_ascii; Maps are objects. */
export function pythonJson(value: unknown, layout: JsonLayout, depth = 0): string {
  if (value instanceof Double) return floatText(value.value);
  if (typeof value === 'string') return asciiString(value);
  if (Array.isArray(value))
    return bracket(
      '[',
      ']',
      value.map((item) => pythonJson(item, layout, depth + 1)),
      layout,
      depth,
    );
  if (typeof value === 'object' && value !== null) {
    const entries = value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value);
    const parts = entries
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => asciiString(key) + layout.keySeparator + pythonJson(item, layout, depth + 1));
    return bracket('{', '}', parts, layout, depth);
  }
  return value === undefined ? 'null' : JSON.stringify(value);
}

function bracket(
  open: string,
  close: string,
  parts: readonly string[],
  layout: JsonLayout,
  depth: number,
): string {
  if (parts.length === 0) return open + close;
  if (layout.indent === undefined) return open + parts.join(layout.itemSeparator) + close;
  const inner = `\n${' '.repeat(layout.indent * (depth + 1))}`;
  return (
    open + inner + parts.join(layout.itemSeparator + inner) + `\n${' '.repeat(layout.indent * depth)}` + close
  );
}

function asciiString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `2016-06-03 22:14:20` in the zone of the terminal. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `2016-06-03T22:14:20`, UTC. */
export function utcTime(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
