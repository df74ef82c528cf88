import { nearest } from '../../base/nearest.js';
import {
  dictKeyOf,
  NOT_IMPLEMENTED,
  type DictKey,
  type Maybe,
  type RaiseDetails,
  type Runtime,
  type Value,
} from '../value.js';
import { NO_METHODS, type MethodTable } from './method-table.js';
import { NativeObject } from './native-object.js';
import { reprContainer } from './repr-guard.js';

export interface DictEntry {
  readonly key: Value;
  value: Value;
}

/** What one entry of a dict is charged, in bytes. */
const ENTRY_BYTES = 80;

/** A dict in insertion order. Keys equal in the language are one key: 1, 1.0 and True. */
export class Dict extends NativeObject {
  /** Its methods know the type; the type does not know them: they are given by `methods/give-methods.ts`. */
  static table: MethodTable<never> = NO_METHODS;

  readonly entries: Map<DictKey, DictEntry> = new Map<DictKey, DictEntry>();

  /** A dict with text keys, from TypeScript. */
  static fromEntries(entries: Iterable<readonly [string, Value]>, runtime: Runtime): Dict {
    const dict = new Dict();
    for (const [key, value] of entries) dict.set(key, value, runtime);
    return dict;
  }

  typeName(): string {
    return 'dict';
  }

  protected methods(): MethodTable<never> {
    return Dict.table;
  }

  get(key: Value, runtime: Runtime): Value | undefined {
    return this.entries.get(dictKeyOf(key, runtime))?.value;
  }

  set(key: Value, value: Value, runtime: Runtime): void {
    const dictKey = dictKeyOf(key, runtime);
    const entry = this.entries.get(dictKey);
    if (entry) entry.value = value;
    else {
      runtime.charge(0, ENTRY_BYTES);
      this.entries.set(dictKey, { key, value });
    }
  }

  /** False when the key is not there. */
  delete(key: Value, runtime: Runtime): boolean {
    return this.entries.delete(dictKeyOf(key, runtime));
  }

  has(key: Value, runtime: Runtime): boolean {
    return this.entries.has(dictKeyOf(key, runtime));
  }

  *keys(): IterableIterator<Value> {
    for (const entry of this.entries.values()) yield entry.key;
  }

  *values(): IterableIterator<Value> {
    for (const entry of this.entries.values()) yield entry.value;
  }

  /** What `d[key]` gives for a key that is not there; `defaultdict` and `__missing__` override it. */
  missing(key: Value, runtime: Runtime): Value {
    return runtime.raiseException('KeyError', [key], missingKey(key, this, runtime));
  }

  override repr(runtime: Runtime): string {
    return reprContainer(this, '{...}', runtime, () => {
      const texts: string[] = [];
      for (const { key, value } of this.entries.values()) {
        texts.push(`${runtime.repr(key)}: ${runtime.repr(value)}`);
      }
      return `{${texts.join(', ')}}`;
    });
  }

  override equals(other: Value, runtime: Runtime): boolean {
    if (!(other instanceof Dict) || other.entries.size !== this.entries.size) return false;
    return (
      other === this ||
      runtime.nested(() => {
        for (const [key, { value }] of this.entries) {
          runtime.charge(1, 0);
          const entry = other.entries.get(key);
          if (entry === undefined || !runtime.equals(value, entry.value)) return false;
        }
        return true;
      })
    );
  }

  /** Python 2's order: by size, then by the smallest key that differs, then by its value. */
  override compare(other: Value, runtime: Runtime): Maybe<number> {
    if (!(other instanceof Dict) || runtime.python3) return NOT_IMPLEMENTED;
    if (this.entries.size !== other.entries.size) return this.entries.size - other.entries.size;
    return runtime.nested(() => {
      const mine = smallestDifference(this, other, runtime);
      const theirs = smallestDifference(other, this, runtime);
      if (mine === undefined || theirs === undefined) return 0;
      return runtime.compare(mine.key, theirs.key) || runtime.compare(mine.value, theirs.value);
    });
  }

  override dictKey(runtime: Runtime): DictKey {
    return runtime.raise('TypeError', `unhashable type: '${this.typeName()}'`);
  }

  override truthy(_runtime: Runtime): boolean {
    return this.entries.size > 0;
  }

  override length(_runtime: Runtime): number | undefined {
    return this.entries.size;
  }

  override iterate(runtime: Runtime): Iterable<Value> | undefined {
    return unchanging(this, runtime);
  }

  override contains(item: Value, runtime: Runtime): Maybe<boolean> {
    return this.has(item, runtime);
  }

  override getItem(index: Value, runtime: Runtime): Maybe<Value> {
    const entry = this.entries.get(dictKeyOf(index, runtime));
    return entry === undefined ? this.missing(index, runtime) : entry.value;
  }

  override setItem(index: Value, value: Value, runtime: Runtime): boolean {
    this.set(index, value, runtime);
    return true;
  }

  override deleteItem(index: Value, runtime: Runtime): boolean {
    if (!this.delete(index, runtime)) runtime.raiseException('KeyError', [index]);
    return true;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (operator !== '|' || reflected || !(other instanceof Dict)) return NOT_IMPLEMENTED;
    const result = new Dict();
    for (const { key, value } of this.entries.values()) result.set(key, value, runtime);
    for (const { key, value } of other.entries.values()) result.set(key, value, runtime);
    return result;
  }
}

const MOST_SHOWN = 8;
const MOST_COMPARED = 100;

/** What the dict holds instead, and what the key was most likely meant to be. */
function missingKey(key: Value, { entries }: Dict, runtime: Runtime): RaiseDetails {
  if (entries.size === 0) return { notes: ['the dict is empty'] };
  // A program may try the keys of a large dict again and again.
  if (entries.size > MOST_COMPARED) return {};
  const keys = Array.from(entries.values(), (entry) => entry.key);
  const isPlain = keys.slice(0, MOST_SHOWN).every((each) => typeof each !== 'object');
  const shown = keys.slice(0, MOST_SHOWN).map((each) => (isPlain ? runtime.repr(each) : ''));
  const meant =
    typeof key === 'string' && key.length > 1
      ? nearest(
          key,
          keys.filter((each) => typeof each === 'string'),
        )
      : undefined;
  return {
    notes: isPlain ? [`the keys are ${shown.join(', ')}${keys.length > MOST_SHOWN ? ', ...' : ''}`] : [],
    suggestion: meant === undefined ? undefined : `Did you mean ${runtime.repr(meant)}?`,
  };
}

function* unchanging(dict: Dict, runtime: Runtime): Iterable<Value> {
  const size = dict.entries.size;
  for (const entry of dict.entries.values()) {
    yield entry.key;
    if (dict.entries.size !== size) {
      runtime.raise('RuntimeError', 'dictionary changed size during iteration');
    }
  }
}

function smallestDifference(a: Dict, b: Dict, runtime: Runtime): DictEntry | undefined {
  let smallest: DictEntry | undefined;
  for (const [key, entry] of a.entries) {
    const other = b.entries.get(key);
    if (other !== undefined && runtime.equals(entry.value, other.value)) continue;
    if (smallest === undefined || runtime.compare(entry.key, smallest.key) < 0) smallest = entry;
  }
  return smallest;
}
