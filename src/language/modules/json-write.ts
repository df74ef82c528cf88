import { chargeCharacters } from '../text/characters.js';
import { reprFloat } from '../text/number-text.js';
import { Float, NO_KEYWORDS, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';
import { plainOf } from '../values/plain-of.js';

export interface JsonStyle {
  /** One level of indentation; undefined: all on one line. */
  readonly indent: string | undefined;
  readonly itemSeparator: string;
  readonly keySeparator: string;
  /** Escape everything that is not ASCII. */
  readonly ascii: boolean;
  readonly sortKeys: boolean;
  readonly skipKeys: boolean;
  readonly allowNan: boolean;
  /** Called for what JSON cannot hold, or None. */
  readonly fallback: Value;
}

/** `json.dumps(value)` */
export function writeJson(value: Value, style: JsonStyle, runtime: Runtime): string {
  return new Writer(style, runtime).write(value, '');
}

class Writer {
  readonly #open = new Set<object>();

  constructor(
    readonly style: JsonStyle,
    readonly runtime: Runtime,
  ) {}

  write(given: Value, margin: string): string {
    const value = plainOf(given);
    this.runtime.charge(1, 0);
    if (value === null) return 'null';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    if (typeof value === 'string') return quoteJson(chargeCharacters(value, this.runtime), this.style.ascii);
    if (typeof value !== 'object') return value.toString();
    if (value instanceof Float) return this.#float(value.value);
    if (value instanceof List || value instanceof Tuple)
      return this.#guard(value, () => this.#array(value.items, margin));
    if (value instanceof Dict) return this.#guard(value, () => this.#object(value, margin));
    return this.#other(value, margin);
  }

  #float(value: number): string {
    if (Number.isFinite(value)) return reprFloat(value);
    if (!this.style.allowNan) {
      return this.runtime.raise('ValueError', `Out of range float values are not JSON compliant`);
    }
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  }

  #guard(container: object, action: () => string): string {
    if (this.#open.has(container)) return this.runtime.raise('ValueError', 'Circular reference detected');
    this.#open.add(container);
    const text = this.runtime.nested(action);
    this.#open.delete(container);
    this.runtime.charge(0, text.length);
    return text;
  }

  #array(items: readonly Value[], margin: string): string {
    if (items.length === 0) return '[]';
    const inner = margin + (this.style.indent ?? '');
    return this.#wrap(
      '[',
      items.map((item) => this.write(item, inner)),
      ']',
      margin,
    );
  }

  #object(dict: Dict, margin: string): string {
    if (dict.entries.size === 0) return '{}';
    const inner = margin + (this.style.indent ?? '');
    const entries = [...dict.entries.values()];
    if (this.style.sortKeys) entries.sort((a, b) => this.runtime.compare(a.key, b.key));
    const rows: string[] = [];
    for (const { key, value } of entries) {
      const name = this.#key(key);
      if (name === undefined) continue;
      rows.push(quoteJson(name, this.style.ascii) + this.style.keySeparator + this.write(value, inner));
    }
    return this.#wrap('{', rows, '}', margin);
  }

  #wrap(open: string, rows: readonly string[], close: string, margin: string): string {
    const { indent, itemSeparator } = this.style;
    if (indent === undefined) return open + rows.join(itemSeparator) + close;
    const inner = `\n${margin}${indent}`;
    return `${open}${inner}${rows.join(itemSeparator + inner)}\n${margin}${close}`;
  }

  #key(given: Value): string | undefined {
    const key = plainOf(given);
    if (typeof key === 'string') return key;
    if (key === null) return 'null';
    if (typeof key === 'boolean') return key ? 'true' : 'false';
    if (typeof key !== 'object') return key.toString();
    if (key instanceof Float) return this.#float(key.value);
    if (this.style.skipKeys) return undefined;
    return this.runtime.raise(
      'TypeError',
      this.runtime.python3
        ? `keys must be str, int, float, bool or None, not ${this.runtime.typeName(key)}`
        : `keys must be a string`,
    );
  }

  #other(value: Value, margin: string): string {
    const { fallback } = this.style;
    const { runtime } = this;
    if (fallback !== null) {
      return runtime.nested(() =>
        this.write(runtime.call(fallback, [value], NO_KEYWORDS, runtime.site()), margin),
      );
    }
    return runtime.raise(
      'TypeError',
      runtime.python3
        ? `Object of type ${runtime.typeName(value)} is not JSON serializable`
        : `${runtime.repr(value)} is not JSON serializable`,
    );
  }
}

/** A JSON text literal. */
export function quoteJson(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text).replaceAll('\\u007f', '\x7f');
  if (!ascii) return quoted;
  return quoted.replace(/[\u007f-\uffff]/g, (unit) =>
    unit === '\x7f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
