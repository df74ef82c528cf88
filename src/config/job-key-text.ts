import type { Runtime } from '../language/value.js';
import { EMPTY } from '../pystachio/empty.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { refusing } from './config-error.js';
import type { JobSelector } from './loaded-config.js';

const PARTS = ['cluster', 'role', 'environment', 'name'] as const;

/** The four parts of a job's key as text; what is not set shows as the class Empty does, and matches no key. */
export function keyParts(job: StructObject, runtime: Runtime): Record<(typeof PARTS)[number], string> {
  const [cluster = '', role = '', environment = '', name = ''] = PARTS.map((part) =>
    partText(job, part, runtime),
  );
  return { cluster, role, environment, name };
}

/** Whether a job is one that the selector names; the name tells most jobs apart, so it is read first. */
export function matchesSelector(job: StructObject, selector: JobSelector, runtime: Runtime): boolean {
  return (['name', 'environment', 'role', 'cluster'] as const).every(
    (part) => selector[part] === undefined || selector[part] === partText(job, part, runtime),
  );
}

/** `cluster/role/environment/name`; an environment that is not set shows as `{MISSING}`. */
export function keyText(job: StructObject, runtime: Runtime): string {
  const { cluster, role, environment, name } = keyParts(job, runtime);
  return [cluster, role, job.has('environment') ? environment : '{MISSING}', name].join('/');
}

function partText(job: StructObject, part: string, runtime: Runtime): string {
  const value = refusing(() => job.read(part, runtime)?.text(runtime), { span: job.origin?.span() });
  return value ?? runtime.str(EMPTY);
}
