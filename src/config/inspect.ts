import type { Runtime } from '../language/value.js';
import { toJson } from '../pystachio/json.js';
import { MapObject } from '../pystachio/map-type.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { elementsOf, flagOf, structOf, structsOf, textOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';

/** A job as `job inspect` prints it, line for line as the original does; ends with an empty line. */
export function inspectJob(picked: PickedJob): string {
  const { runtime } = picked.config.evaluation;
  const job = picked.interpolated;
  const task = structOf(job, 'task');
  const lines = ['Job level information', ...jobLines(job, runtime), ''];
  if (task) {
    lines.push('Task level information', `  name: '${textOf(task, 'name', runtime) ?? ''}'`);
    lines.push(...orderLines(task, runtime), '');
    for (const process of structsOf(task, 'processes')) lines.push(...processLines(process, runtime), '');
  }
  return `${lines.join('\n')}\n`;
}

/** The job with its templates resolved, as one line of JSON. */
export function jobJson(picked: PickedJob): string {
  return toJson(picked.interpolated);
}

function jobLines(job: StructObject, runtime: Runtime): string[] {
  const quoted = (field: string): string => `'${textOf(job, field, runtime) ?? ''}'`;
  const lines = [`  name:       ${quoted('name')}`, `  role:       ${quoted('role')}`];
  if (job.has('contact')) lines.push(`  contact:    ${quoted('contact')}`);
  lines.push(`  cluster:    ${quoted('cluster')}`, `  instances:  ${quoted('instances')}`);
  if (job.has('cron_schedule')) {
    lines.push(
      '  cron:',
      `    schedule: ${quoted('cron_schedule')}`,
      `    policy:   ${quoted('cron_collision_policy')}`,
    );
  }
  const constraints = job.field('constraints');
  if (constraints instanceof MapObject) {
    lines.push('  constraints:');
    for (const [key, value] of constraints.entries)
      lines.push(`    '${key.text(runtime)}': '${value.text(runtime)}'`);
  }
  const partition = structOf(job, 'partition_policy');
  if (partition) {
    lines.push(
      '  partition_policy:',
      `    reschedule: ${textOf(partition, 'reschedule', runtime) ?? ''}`,
      `    delay_secs: '${textOf(partition, 'delay_secs', runtime) ?? ''}'`,
    );
  }
  lines.push(
    `  service:    ${textOf(job, 'service', runtime) ?? ''}`,
    `  production: ${textOf(job, 'production', runtime) ?? ''}`,
  );
  return lines;
}

function orderLines(task: StructObject, runtime: Runtime): string[] {
  const constraints = structsOf(task, 'constraints');
  if (constraints.length === 0) return [];
  const orders = constraints.map((constraint) =>
    elementsOf(constraint, 'order')
      .map((name) => name.text(runtime))
      .join(' < '),
  );
  return ['  constraints:', ...orders.map((order) => `  ${order}`)];
}

function processLines(process: StructObject, runtime: Runtime): string[] {
  const marks = ['daemon', 'ephemeral', 'final'].filter((mark) => flagOf(process, mark));
  const command = pythonLines(textOf(process, 'cmdline', runtime) ?? '');
  return [
    `Process '${textOf(process, 'name', runtime) ?? ''}':`,
    ...marks.map((mark) => `  ${mark}`),
    '  cmdline:',
    ...command.map((line) => `    ${line}`),
  ];
}

/** Python's `splitlines`: a final line end makes no further line. */
function pythonLines(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r]/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
