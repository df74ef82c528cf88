import type { Span } from '../base/source.js';
import { Float, type Runtime, type Value } from '../language/value.js';
import { MapObject } from '../pystachio/map-type.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { ConfigError } from './config-error.js';
import { structOf, valueOf } from './plain-fields.js';

/** What the client refuses about updates before it asks the scheduler. `job` is interpolated. */
export function validateUpdate(job: StructObject, runtime: Runtime): void {
  const update = requireStruct(job, 'update_config');
  const health = requireStruct(job, 'health_check_config');
  const size = requireValue(job, 'instances');
  const failures = requireValue(update, 'max_total_failures');
  validateFailures(failures, size, update, job, runtime);
  if (isDedicated(job, runtime)) validateDedicated(failures, size, update, job, runtime);
  const limits: ReadonlyArray<readonly [StructObject, string]> = [
    [update, 'watch_secs'],
    [health, 'max_consecutive_failures'],
    [health, 'min_consecutive_successes'],
    [health, 'initial_interval_secs'],
    [health, 'interval_secs'],
  ];
  for (const [owner, field] of limits) {
    const value = requireValue(owner, field);
    if (runtime.compare(value, 0) >= 0) continue;
    throw died(
      `Invalid value (${runtime.str(value)}) specified for ${field}. Value cannot be less than 0.`,
      owner.origin?.partSpan(field),
      `${owner.type.name}[${field}]`,
    );
  }
}

/** Whether the job asks for machines of its own. */
export function isDedicated(job: StructObject, runtime: Runtime): boolean {
  const constraints = job.field('constraints');
  return (
    constraints instanceof MapObject && constraints.entries.some(([key]) => key.text(runtime) === 'dedicated')
  );
}

/** A template that is still open is text here, and text is larger than any number in Python 2. */
function validateFailures(
  failures: Value,
  size: Value,
  update: StructObject,
  job: StructObject,
  runtime: Runtime,
): void {
  if (comparePython2(failures, size, runtime) < 0) return;
  const limit = typeof size === 'number' ? size - 1 : runtime.str(size);
  throw died(
    'max_total_failures in update_config must be lesser than the job size.\n' +
      `Based on your job size (${runtime.str(size)}) you should use max_total_failures <= ${limit}.`,
    // Where the file says nothing of updates, it is the number of instances that is wrong.
    update.origin?.partSpan('max_total_failures') ?? job.origin?.partSpan('instances'),
    `UpdateConfig[max_total_failures] is ${runtime.str(failures)}, MesosJob[instances] is ${runtime.str(size)}`,
  );
}

function validateDedicated(
  failures: Value,
  size: Value,
  update: StructObject,
  job: StructObject,
  runtime: Runtime,
): void {
  const threshold = Math.floor(Number(size) * 0.02);
  if (Number.isNaN(threshold) || comparePython2(failures, threshold, runtime) >= 0) return;
  throw died(
    'Since this is a dedicated job, you must set your max_total_failures in\n' +
      'your update configuration to no less than 2% of your job size.\n' +
      `Based on your job size (${runtime.str(size)}) you should use max_total_failures >= ${threshold}.`,
    update.origin?.partSpan('max_total_failures') ?? job.origin?.partSpan('instances'),
    'UpdateConfig[max_total_failures]',
  );
}

function comparePython2(a: Value, b: Value, runtime: Runtime): number {
  const [textA, textB] = [typeof a === 'string', typeof b === 'string'];
  return textA === textB ? runtime.compare(a, b) : textA ? 1 : -1;
}

function died(message: string, span: Span | undefined, note: string): ConfigError {
  return new ConfigError('die', `\n${message}\n`, { code: 'update-limits', span, notes: [note] });
}

/** The value of a field that has a default and may still have been set to Empty. */
export function requireValue(owner: StructObject, field: string): Value {
  const value = valueOf(owner, field);
  if (value !== undefined) return value instanceof Float ? value : value;
  throw emptied(owner, field, 'get');
}

export function requireStruct(owner: StructObject, field: string): StructObject {
  const value = structOf(owner, field);
  if (value) return value;
  throw emptied(owner, field, field === 'update_config' ? 'max_total_failures' : 'initial_interval_secs');
}

/** A field that was set to Empty: its default does not come back. `attribute` is what the original asked for. */
export function emptied(owner: StructObject, field: string, attribute: string): ConfigError {
  return new ConfigError('AttributeError', `type object 'Empty' has no attribute '${attribute}'`, {
    code: 'emptied-field',
    span: owner.origin?.partSpan(field) ?? owner.origin?.span(),
    notes: [
      `${owner.type.name}[${field}] is Empty here; the field is needed, and Empty does not bring its default back`,
    ],
    suggestion: `Leave ${field} out, or give it a value.`,
  });
}
