import { PyObject, type Runtime, type Value } from '../value.js';
import { plainOf } from './plain-of.js';
import { isIndexLike, toIndex } from './index.js';

/** `lower:upper:step` inside a subscript, or `slice(...)`. */
export class Slice extends PyObject {
  constructor(
    readonly lower: Value,
    readonly upper: Value,
    readonly step: Value,
  ) {
    super();
  }

  typeName(): string {
    return 'slice';
  }

  override getAttribute(name: string): Value | undefined {
    if (name === 'start') return this.lower;
    if (name === 'stop') return this.upper;
    if (name === 'step') return this.step;
    return undefined;
  }

  override attributeNames(): Iterable<string> {
    return ['start', 'stop', 'step'];
  }

  override repr(runtime: Runtime): string {
    return `slice(${runtime.repr(this.lower)}, ${runtime.repr(this.upper)}, ${runtime.repr(this.step)})`;
  }
}

/** The places that a slice takes out of a sequence: `start`, `start + step`, ... `count` of them. */
export interface SliceRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export function resolveSlice(slice: Slice, length: number, runtime: Runtime): SliceRange {
  const step = slice.step === null ? 1 : sliceBound(slice.step, runtime);
  if (step === 0) return runtime.raise('ValueError', 'slice step cannot be zero');
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? length : length - 1;
  const place = (bound: Value, missing: number): number => {
    if (bound === null) return missing;
    const index = sliceBound(bound, runtime);
    return Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
  };
  const start = place(slice.lower, step > 0 ? lowest : highest);
  const stop = place(slice.upper, step > 0 ? highest : lowest);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return { start, step, count };
}

export function sliceArray<T>(items: readonly T[], { start, step, count }: SliceRange): T[] {
  if (step === 1) return items.slice(start, start + count);
  return Array.from({ length: count }, (_, i) => items[start + i * step] as T);
}

function sliceBound(given: Value, runtime: Runtime): number {
  const value = plainOf(given);
  if (typeof value === 'bigint') return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  if (!isIndexLike(value)) {
    return runtime.raise('TypeError', 'slice indices must be integers or None or have an __index__ method');
  }
  return toIndex(value, runtime, 'slice');
}
