import { Float, type Runtime, type Value } from '../language/value.js';
import { ListObject } from '../pystachio/list-type.js';
import { MapObject } from '../pystachio/map-type.js';
import type { PystachioObject } from '../pystachio/pystachio-object.js';
import { ChoiceObject } from '../pystachio/choice-type.js';
import { SimpleObject } from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';

/** Readers of interpolated structs: what stands in a field, as plain TypeScript values. */
export function valueOf(struct: StructObject, field: string): Value | undefined {
  const object = struct.field(field);
  return object instanceof SimpleObject ? object.payload : undefined;
}

/** The text of a field, whatever its type; undefined when it is not set. */
export function textOf(struct: StructObject, field: string, runtime: Runtime): string | undefined {
  return struct.field(field)?.text(runtime);
}

/** A number; text (a template that is still open) and unset fields give undefined. */
export function numberOf(struct: StructObject, field: string): number | undefined {
  const value = valueOf(struct, field);
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Float ? value.value : undefined;
}

export function flagOf(struct: StructObject, field: string): boolean {
  return valueOf(struct, field) === true;
}

export function structOf(struct: StructObject | undefined, field: string): StructObject | undefined {
  const object = struct?.field(field);
  return object instanceof StructObject ? object : undefined;
}

export function elementsOf(struct: StructObject, field: string): readonly PystachioObject[] {
  const object = struct.field(field);
  return object instanceof ListObject ? object.elements : [];
}

export function structsOf(struct: StructObject, field: string): StructObject[] {
  return elementsOf(struct, field).filter((element) => element instanceof StructObject);
}

/** The entries of a map of texts; the last of two equal keys wins. */
export function entriesOf(struct: StructObject, field: string, runtime: Runtime): Map<string, string> {
  const object = struct.field(field);
  if (!(object instanceof MapObject)) return new Map();
  return new Map(object.entries.map(([key, value]) => [key.text(runtime), value.text(runtime)] as const));
}

/** What a choice holds. */
export function chosenOf(struct: StructObject, field: string): StructObject | undefined {
  const object = struct.field(field);
  const chosen = object instanceof ChoiceObject ? object.payload : object;
  return chosen instanceof StructObject ? chosen : undefined;
}
