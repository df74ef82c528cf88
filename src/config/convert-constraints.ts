import type { Runtime } from '../language/value.js';
import type { Constraint, TaskConstraint } from '../model/task-config.js';
import { MapObject } from '../pystachio/map-type.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { ConfigError } from './config-error.js';
import { entriesOf } from './plain-fields.js';

/** `limit:N` limits, anything else is a list of values split at commas, refused values after a `!`. */
export function convertConstraints(job: StructObject, runtime: Runtime): Constraint[] {
  return Array.from(entriesOf(job, 'constraints', runtime), ([name, text]) => ({
    name,
    constraint: toConstraint(name, text, job),
  }));
}

const LIMIT = 'limit:';
const WHOLE = /^\s*[+-]?\d+\s*$/;

function toConstraint(name: string, text: string, job: StructObject): TaskConstraint {
  if (text.startsWith(LIMIT)) {
    const count = text.slice(LIMIT.length);
    if (!WHOLE.test(count)) throw badLimit(name, count, job);
    return { limit: { limit: Number(count) } };
  }
  const negated = text.startsWith('!');
  const values = (negated ? text.slice(1) : text).split(',');
  return { value: { negated, values: [...new Set(values)] } };
}

function badLimit(name: string, count: string, job: StructObject): ConfigError {
  const constraints = job.field('constraints');
  const span = constraints instanceof MapObject ? constraints.origin?.partSpan(name) : undefined;
  return new ConfigError('ValueError', `invalid literal for int() with base 10: '${count}'`, {
    code: 'bad-constraint',
    span: span ?? job.origin?.partSpan('constraints') ?? job.origin?.span(),
    notes: [
      `limit:${count} is not a valid limit value, must be integer`,
      `in MesosJob[constraints][${name}]`,
    ],
    suggestion: 'Write limit:1 for at most one instance a host, rack, ...',
  });
}
