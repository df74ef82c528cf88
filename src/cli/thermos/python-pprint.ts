import { Double, floatText } from '../python-text.js';

/**
 * Data as Python 2's `pprint` shows it with an indent of 4: keys sorted, texts marked `u'...'`, lists as tuples,
 * a level broken into lines when it does not fit. Scripts parse what `inspect` prints.
 */
const INDENT = 4;
const WIDTH = 80;

export function pythonPprint(value: unknown): string {
  return format(value, 0, 0);
}

function format(value: unknown, indent: number, allowance: number): string {
  const flat = representation(value);
  const breaks = flat.length > WIDTH - 1 - indent - allowance;
  const pad = ' '.repeat(INDENT - 1);
  const inner = indent + INDENT;
  const separator = breaks ? `,\n${' '.repeat(inner)}` : ', ';
  if (value instanceof Double) return flat;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => format(item, inner, allowance + 1));
    return `(${breaks ? pad : ''}${items.join(separator)}${items.length === 1 ? ',' : ''})`;
  }
  if (typeof value === 'object' && value !== null) {
    const items = sortedEntries(value).map(([key, item]) => {
      const label = quoted(key);
      return `${label}: ${format(item, inner + label.length + 2, allowance + 1)}`;
    });
    return `{${pad}${items.join(separator)}}`;
  }
  return flat;
}

function representation(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return `u${quoted(value)}`;
  if (typeof value === 'number') return String(value);
  if (value instanceof Double) return floatText(value.value);
  if (Array.isArray(value)) {
    const items = value.map(representation);
    return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
  }
  if (typeof value === 'object') {
    return `{${sortedEntries(value)
      .map(([key, item]) => `${quoted(key)}: ${representation(item)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

function sortedEntries(value: object): Array<[string, unknown]> {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A text as Python 2 writes it: single quotes unless only those occur in it, everything beyond ASCII escaped. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\\' || character === quote) return `\\${character}`;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    if (code < 32 || (code >= 127 && code < 256)) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (code >= 65_536) return `\\U${code.toString(16).padStart(8, '0')}`;
    return code >= 256 ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  });
  return `${quote}${inside.join('')}${quote}`;
}
