import { withArticle } from '../language/text/article.js';
import type { Runtime } from '../language/value.js';
import type { CheckFailure } from '../pystachio/check.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { invalidConfig, type ConfigError, type ErrorDetails } from './config-error.js';
import { unboundDetails } from './unbound-details.js';
import { narrowTo } from '../pystachio/origin.js';
import { parseTemplate } from '../pystachio/template.js';
import { Ref } from '../pystachio/ref.js';

/** The error of a job that fails its type check, with the path of the defect and what was wanted there. */
export function checkFailed(
  failure: CheckFailure,
  job: StructObject,
  place: string,
  runtime: Runtime,
): ConfigError {
  return invalidConfig(failure.message, failureDetails(failure, job, place, runtime));
}

export function failureDetails(
  failure: CheckFailure,
  job: StructObject,
  place: string,
  runtime: Runtime,
): ErrorDetails {
  const path = [place, ...failure.path].join('.');
  const span = failure.span ?? job.origin?.span();
  switch (failure.reason) {
    case 'required':
      return {
        code: 'missing-field',
        span,
        notes: [`${path} is missing; it takes ${withArticle(failure.wanted)}`],
        suggestion: `Add ${failure.path.at(-1) ?? ''}=... here.`,
      };
    case 'type':
      return typeDetails(failure, job, place, runtime);
    case 'choice':
      return { code: 'wrong-type', span, notes: [`${path} takes one of ${failure.wanted}`] };
    case 'unbound': {
      const details = failure.ref ? unboundDetails(failure.ref, job, runtime, place) : {};
      return { ...details, span: failure.span && narrowTo(failure.span, failure.ref?.tag ?? '') };
    }
    case 'interpolation':
      return {
        code: failure.error?.details.code ?? 'wrong-type',
        span: span && narrowTo(span, failure.error?.tag ?? ''),
        notes: [`in ${path}`, ...(failure.error?.details.notes ?? [])],
        suggestion: failure.error?.details.suggestion,
      };
  }
}

/** A template is left where a number is wanted: the reference that would fill it is the matter. */
function typeDetails(
  failure: CheckFailure,
  job: StructObject,
  place: string,
  runtime: Runtime,
): ErrorDetails {
  const path = [place, ...failure.path].join('.');
  const tag = /\{\{[^{}]+\}\}/.exec(failure.message)?.[0];
  const ref = tag === undefined ? undefined : parseTemplate(tag)?.parts.find((part) => part instanceof Ref);
  const details = ref instanceof Ref ? unboundDetails(ref, job, runtime, place) : {};
  return {
    ...details,
    code: 'wrong-type',
    span: failure.span ?? details.span,
    notes: [`${path} takes ${withArticle(failure.wanted)}`, ...(details.notes ?? [])],
  };
}
