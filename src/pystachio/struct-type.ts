import { withArticle } from '../language/text/article.js';
import { nearest } from '../base/nearest.js';
import type { CallSite, Keywords, Runtime, Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { EMPTY } from './empty.js';
import type { Field } from './field.js';
import { jsonText } from './json.js';
import { loadStruct } from './json-load.js';
import { NativeFunction, type NativeCall } from '../language/values/native-function.js';
import { Signature } from '../language/values/signature.js';
import { DataOrigin, originOf, PartOrigin } from './origin.js';
import { PystachioError, raising } from './pystachio-error.js';
import type { PystachioObject } from './pystachio-object.js';
import { PystachioType, type Origin } from './pystachio-type.js';
import { StructObject } from './struct-object.js';
import type { ClassBody } from '../language/value.js';
import { deriveStructType } from './struct-definition.js';

/** The values of a struct by the index of their field; undefined where a field is not set. */
export type FieldValues = ReadonlyArray<PystachioObject | undefined>;

/** A Struct class: its fields in the order in which `check()` looks at them. */
export class StructType extends PystachioType {
  readonly schema: string;
  readonly slots: ReadonlyMap<string, number>;
  readonly defaults: FieldValues;
  /** Field indices in the order of their names, with the text that stands before their value in JSON. */
  readonly jsonOrder: ReadonlyArray<{ readonly slot: number; readonly key: string; readonly name: string }>;

  constructor(
    readonly name: string,
    readonly fields: readonly Field[],
    /** The Struct this one extends. */
    readonly base?: StructType,
    /** Methods and constants of a class that extends another Struct. */
    readonly members: ReadonlyMap<string, Value> = new Map(),
  ) {
    super();
    this.slots = new Map(fields.map((field, slot) => [field.name, slot]));
    this.defaults = fields.map((field) => field.default);
    this.schema = schemaText(name, fields);
    this.jsonOrder = fields
      .map((field, slot) => ({ slot, key: `${jsonText(field.name)}: `, name: field.name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A struct that extends this one is accepted wherever this one is. */
  override includes(other: PystachioType): boolean {
    for (let type: PystachioType | undefined = other; type instanceof StructType; type = type.base) {
      if (super.includes(type)) return true;
    }
    return false;
  }

  override accepts(value: Value): value is StructObject {
    return value instanceof StructObject && this.includes(value.type);
  }

  wrap(value: Value, origin: Origin | undefined, runtime: Runtime): StructObject {
    if (!(value instanceof Dict)) {
      throw new PystachioError('ValueError', `Expected dictionary argument, got ${runtime.repr(value)}`, {
        code: 'wrong-type',
        span: origin?.span(),
        notes: [
          `expected ${this.name} (or a dict with its fields), got ${withArticle(runtime.typeName(value))}`,
        ],
      });
    }
    const part = new DataOrigin(() => origin?.span());
    return new StructObject(
      this,
      this.#merge(this.defaults, dictEntries(value, runtime), part, runtime),
      null,
      part,
    );
  }

  /** Positional mappings are merged in order, then come the keywords. */
  protected construct(
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): PystachioObject {
    const origin = originOf(site, args.length, undefined, runtime);
    let values = this.defaults;
    args.forEach((mapping, index) => {
      if (!(mapping instanceof Dict)) {
        throw new PystachioError('ValueError', `Expected dictionary argument, got ${runtime.repr(mapping)}`, {
          span: site.argumentSpan(index),
          code: 'wrong-type',
          notes: [`${this.name}(...) takes its fields by name: ${this.name}(${this.#example()})`],
        });
      }
      const part = new DataOrigin(() => site.argumentSpan(index));
      values = this.#merge(values, dictEntries(mapping, runtime), part, runtime);
    });
    return new StructObject(this, this.#merge(values, keywords, origin, runtime), null, origin);
  }

  /** A copy of `values` with fields replaced. */
  override(values: FieldValues, keywords: Keywords, origin: Origin, runtime: Runtime): FieldValues {
    return this.#merge(values, keywords, origin, runtime);
  }

  #merge(
    values: FieldValues,
    changes: Iterable<readonly [string, Value]>,
    origin: Origin,
    runtime: Runtime,
  ): FieldValues {
    const merged = values.slice();
    for (const [name, value] of changes) {
      try {
        const slot = this.slots.get(name);
        if (slot === undefined) throw this.#unknownField(name, origin);
        if (value === EMPTY) merged[slot] = undefined;
        else merged[slot] = this.#coerceField(slot, value, origin, runtime);
      } catch (error) {
        if (!isPassedOver(error, origin, runtime)) throw error;
      }
    }
    return merged;
  }

  #coerceField(slot: number, value: Value, origin: Origin, runtime: Runtime): PystachioObject {
    const field = this.fields[slot] as Field;
    const { type } = field;
    if (type.accepts(value)) return value;
    const part = new PartOrigin(origin, field.name);
    try {
      return type.wrap(value, part, runtime);
    } catch (error) {
      throw error instanceof PystachioError ? error.within(this.name, field.name, part.span()) : error;
    }
  }

  #unknownField(name: string, origin: Origin): PystachioError {
    const names = [...this.slots.keys()];
    const meant = nearest(name, names) ?? names.find((each) => isShortFor(name, each));
    const has = names.length === 0 ? 'it has none' : `its fields are ${[...names].sort().join(', ')}`;
    return new PystachioError('AttributeError', `Unknown schema attribute ${name}`, {
      code: 'unknown-field',
      span: origin.partSpan(name),
      notes: [`${this.name} has no field "${name}"; ${has}`],
      suggestion: meant && `Did you mean "${meant}"?`,
    });
  }

  #example(): string {
    const first = this.fields.find((field) => field.required) ?? this.fields[0];
    return first ? `${first.name}=...` : '';
  }

  override subclass(definition: ClassBody, runtime: Runtime): Value {
    return raising(runtime, () => deriveStructType(this, definition, runtime));
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'json_loads') return this.#jsonLoads;
    return this.members.get(name) ?? super.getAttribute(name, runtime);
  }

  readonly #jsonLoads = new NativeFunction(
    'json_loads',
    new Signature('json_loads', 'text strict?'),
    ([text, strict], runtime: Runtime, call: NativeCall) =>
      raising(runtime, () =>
        loadStruct(this, text as Value, runtime.truthy(strict ?? false), call.site, runtime),
      ),
  );
}

/** Whether a wrong field is told of and left out; only of a call, which can say so of itself. */
function isPassedOver(error: unknown, origin: Origin, runtime: Runtime): boolean {
  if (!(error instanceof PystachioError) || !origin.leaveOut) return false;
  if (!runtime.passOver?.(error.message, error.raiseDetails())) return false;
  origin.leaveOut();
  return true;
}

/** The entries of a mapping of fields; keys that are not text are unknown fields. */
export function* dictEntries(dict: Dict, runtime: Runtime): Iterable<readonly [string, Value]> {
  for (const { key, value } of dict.entries.values()) {
    yield [typeof key === 'string' ? key : runtime.str(key), value];
  }
}

/** Whether one name is the other one cut short or without some letters: `img`, `instanceCount`. */
function isShortFor(name: string, other: string): boolean {
  if (other.startsWith(name) || name.startsWith(other)) return true;
  let at = 0;
  for (const letter of other) if (letter === name[at]) at += 1;
  return name.length >= 3 && name[0] === other[0] && at === name.length;
}

function schemaText(name: string, fields: readonly Field[]): string {
  const parts = fields.map(({ name: field, type, required, default: fallback }) => {
    const mark = required ? '!' : fallback ? `=${fallback.signature()}` : '';
    return `${field}:${type.schema}${mark}`;
  });
  return `Struct ${name}{${parts.sort().join(';')}}`;
}
