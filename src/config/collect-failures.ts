import type { Span } from '../base/source.js';
import type { Runtime } from '../language/value.js';
import type { CheckFailure } from '../pystachio/check.js';
import { ListObject } from '../pystachio/list-type.js';
import { MapObject } from '../pystachio/map-type.js';
import { joinStep, PystachioError } from '../pystachio/pystachio-error.js';
import type { PystachioObject } from '../pystachio/pystachio-object.js';
import type { Ref } from '../pystachio/ref.js';
import { concatScopes, type Scopes } from '../pystachio/scope.js';
import { SimpleObject } from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';
import { isRuntimeRef } from './runtime-refs.js';

/** Every defect of a value, not only the first that `check()` reports. */
export function collectFailures(
  object: PystachioObject,
  scopes: Scopes | null,
  runtime: Runtime,
): CheckFailure[] {
  if (object instanceof StructObject) return structFailures(object, scopes, runtime);
  if (object instanceof ListObject) {
    const inner = concatScopes(object.scopes, scopes);
    return object.elements.flatMap((element, index) =>
      collectFailures(element, inner, runtime).map((failure) => below(failure, `[${index}]`, undefined)),
    );
  }
  if (object instanceof MapObject) {
    const inner = concatScopes(object.scopes, scopes);
    return object.entries.flatMap(([key, value]) => {
      const name = key instanceof SimpleObject ? runtime.str(key.payload) : key.text(runtime);
      const found = [...collectFailures(key, inner, runtime), ...collectFailures(value, inner, runtime)];
      return found.map((failure) => below(failure, `[${name}]`, object.origin?.partSpan(name)));
    });
  }
  return valueFailures(object, scopes, runtime);
}

function structFailures(struct: StructObject, scopes: Scopes | null, runtime: Runtime): CheckFailure[] {
  const inner = struct.fieldScopes(scopes);
  return struct.type.fields.flatMap((field, slot): CheckFailure[] => {
    const value = struct.values[slot];
    if (value) {
      const span = struct.origin?.partSpan(field.name) ?? struct.origin?.span();
      return collectFailures(value, inner, runtime).map((failure) => below(failure, field.name, span));
    }
    // What was left out of the struct has been told; it may be just this field.
    if (!field.required || struct.origin?.isIncomplete) return [];
    return [
      {
        message: `${struct.type.name}[${field.name}] is required.`,
        path: [field.name],
        reason: 'required',
        wanted: field.type.name,
        span: struct.origin?.span(),
      },
    ];
  });
}

/** A leaf or a choice; what `check()` would let through as an exception is a failure here. */
function valueFailures(object: PystachioObject, scopes: Scopes | null, runtime: Runtime): CheckFailure[] {
  try {
    const failure = object.check(scopes, runtime);
    return failure ? [failure] : openReferences(object, scopes, runtime);
  } catch (error) {
    if (!(error instanceof PystachioError)) throw error;
    return [
      {
        message: error.message,
        path: error.path,
        reason: 'interpolation',
        wanted: object.type.name,
        span: error.details.span,
        error,
      },
    ];
  }
}

/** References in a text that neither the config nor the executor answers. */
function openReferences(object: PystachioObject, scopes: Scopes | null, runtime: Runtime): CheckFailure[] {
  if (!object.isTemplated()) return [];
  const unbound: Ref[] = [];
  object.interpolate(scopes, unbound, runtime);
  return [...new Set(unbound)]
    .filter((ref) => !isRuntimeRef(ref))
    .map((ref) => ({
      message: `Unbound reference: ${ref.tag}`,
      path: [],
      reason: 'unbound',
      wanted: object.type.name,
      span: undefined,
      ref,
    }));
}

function below(failure: CheckFailure, step: string, span: Span | undefined): CheckFailure {
  return { ...failure, path: joinStep(step, failure.path), span: failure.span ?? span };
}
