import { nearest } from '../base/nearest.js';
import type { Span } from '../base/source.js';
import type { Runtime } from '../language/value.js';
import { ChoiceObject } from '../pystachio/choice-type.js';
import { Environment } from '../pystachio/environment.js';
import { ListObject } from '../pystachio/list-type.js';
import { MapObject } from '../pystachio/map-type.js';
import { narrowTo } from '../pystachio/origin.js';
import { joinStep, PystachioError } from '../pystachio/pystachio-error.js';
import { PystachioObject } from '../pystachio/pystachio-object.js';
import type { Ref } from '../pystachio/ref.js';
import type { Scopes } from '../pystachio/scope.js';
import { SimpleObject } from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';
import type { ErrorDetails } from './config-error.js';

/** Where a reference stands that nothing answers, and what would answer it. */
export function unboundDetails(ref: Ref, job: StructObject, runtime: Runtime, prefix: string): ErrorDetails {
  const place = locateTag(ref.tag, interpolatedOrRaw(job, runtime), job.origin?.span());
  const missing = missingField(ref, job);
  const names = boundNames(job);
  const meant = nearest(ref.address, names);
  return {
    code: 'unbound-reference',
    span: place?.span,
    notes: [
      ...(place
        ? [`${ref.tag} is unbound in ${[prefix, ...place.path].join('.')}`]
        : [`${ref.tag} is unbound`]),
      ...(missing === undefined ? [] : [missing]),
    ],
    suggestion:
      meant === undefined
        ? `Bind it: --bind ${ref.address}=VALUE, or .bind() in the file.`
        : `Did you mean {{${meant}}}? Or bind it: --bind ${ref.address}=VALUE.`,
  };
}

/** Other mistakes of the job must not hide this one. */
function interpolatedOrRaw(job: StructObject, runtime: Runtime): StructObject {
  try {
    return job.interpolate(null, [], runtime);
  } catch (error) {
    if (error instanceof PystachioError) return job;
    throw error;
  }
}

interface Place {
  readonly path: readonly string[];
  readonly span: Span | undefined;
}

/** The first text of an interpolated object that holds a tag. */
export function locateTag(tag: string, object: PystachioObject, span: Span | undefined): Place | undefined {
  if (object instanceof SimpleObject) {
    const { payload } = object;
    if (typeof payload !== 'string' || !payload.includes(tag)) return undefined;
    return { path: [], span: span && narrowTo(span, tag) };
  }
  if (object instanceof ChoiceObject) {
    return object.payload instanceof PystachioObject ? locateTag(tag, object.payload, span) : undefined;
  }
  if (!object.isTemplated()) return undefined;
  for (const [step, part, partSpan] of partsOf(object, span)) {
    const place = locateTag(tag, part, partSpan);
    if (place) return { path: joinStep(step, place.path), span: place.span };
  }
  return undefined;
}

type Part = readonly [step: string, object: PystachioObject, span: Span | undefined];

function* partsOf(object: PystachioObject, span: Span | undefined): Iterable<Part> {
  if (object instanceof StructObject) {
    for (const [slot, field] of object.type.fields.entries()) {
      const value = object.values[slot];
      if (value)
        yield [field.name, value, object.origin?.partSpan(field.name) ?? object.origin?.span() ?? span];
    }
  } else if (object instanceof ListObject) {
    for (const [index, element] of object.elements.entries()) yield [`[${index}]`, element, span];
  } else if (object instanceof MapObject) {
    for (const [key, value] of object.entries) {
      yield ['(key)', key, span];
      yield [
        `[${key instanceof SimpleObject && typeof key.payload === 'string' ? key.payload : '...'}]`,
        value,
        span,
      ];
    }
  }
}

/** When a bound struct lacks the field that is asked for: which. */
function missingField(ref: Ref, job: StructObject): string | undefined {
  for (const [name, found] of environmentEntries(job.scopes)) {
    if (typeof found === 'string' || !(found instanceof StructObject)) continue;
    const rest = ref.address.startsWith(`${name}.`) ? ref.address.slice(name.length + 1) : undefined;
    const field = rest?.split(/[.[]/)[0];
    if (field === undefined) continue;
    if (found.type.slots.has(field))
      return `${found.type.name}[${field}] is not set in the ${found.type.name} bound as "${name}"`;
    const meant = nearest(field, found.type.slots.keys());
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
    return `the ${found.type.name} bound as "${name}" has no field "${field}"${hint}`;
  }
  return undefined;
}

function boundNames(job: StructObject): string[] {
  const names = [...environmentEntries(job.scopes)].map(([name]) => name);
  return [...names, ...job.type.fields.map((field) => field.name)];
}

function* environmentEntries(scopes: Scopes | null): Iterable<readonly [string, unknown]> {
  for (let link = scopes; link; link = link.rest) {
    if (link.first instanceof Environment) yield* link.first.entries();
  }
}
