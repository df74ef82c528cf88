import { withArticle } from '../language/text/article.js';
import { Float, type Runtime, type Value } from '../language/value.js';
import type { Resource } from '../model/task-config.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { SimpleObject } from '../pystachio/simple.js';
import { invalidConfig, type ConfigError } from './config-error.js';
import { structOf, valueOf } from './plain-fields.js';
import { emptied } from './validate-update.js';

const BYTES_PER_MB = 1_048_576;

/** cpu in cores, ram and disk rounded down to whole MB, one entry a port; gpus only where asked for. */
export function convertResources(job: StructObject, ports: readonly string[], runtime: Runtime): Resource[] {
  const task = structOf(job, 'task');
  const resources = structOf(task, 'resources');
  if (!task || !resources) {
    throw invalidConfig('Task must specify resources!', {
      code: 'missing-field',
      span: task?.origin?.span() ?? job.origin?.partSpan('task'),
      suggestion: 'Add resources=Resources(cpu=1, ram=128*MB, disk=128*MB) to the task.',
    });
  }
  const [ram, disk] = [amount(resources, 'ram', runtime), amount(resources, 'disk', runtime)];
  if (Number(ram) === 0 || Number(disk) === 0) {
    throw refused(
      resources,
      `Must specify ram and disk resources, got ram:${shown(ram)} disk:${shown(disk)}`,
      [Number(ram) === 0 ? 'ram' : 'disk'],
    );
  }
  const cpus = Number(amount(resources, 'cpu', runtime));
  const [ramMb, diskMb] = [wholeMb(ram), wholeMb(disk)];
  if (!(cpus > 0) || ramMb <= 0 || diskMb <= 0) {
    const wrong = [!(cpus > 0) && 'cpu', ramMb <= 0 && 'ram', diskMb <= 0 && 'disk'].filter(
      (each) => each !== false,
    );
    throw refused(
      resources,
      'Task has invalid resources.  cpu/ramMb/diskMb must all be positive: ' +
        `cpu:${runtime.repr(new Float(cpus))} ramMb:${ramMb} diskMb:${diskMb}`,
      wrong,
    );
  }
  const gpus = resources.has('gpu') ? Number(amount(resources, 'gpu', runtime)) : 0;
  return [
    { numCpus: cpus },
    { ramMb },
    { diskMb },
    ...ports.map((namedPort) => ({ namedPort })),
    ...(gpus !== 0 ? [{ numGpus: gpus }] : []),
  ];
}

function amount(resources: StructObject, field: string, runtime: Runtime): number | bigint {
  const value = valueOf(resources, field);
  if (value instanceof Float) return value.value;
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  const object = resources.field(field);
  if (!(object instanceof SimpleObject)) throw emptied(resources, field, 'check');
  throw invalidConfig(object.type.checkText(value as Value, runtime), {
    code: 'wrong-type',
    span: resources.origin?.partSpan(field) ?? resources.origin?.span(),
    notes: [`Resources[${field}] takes ${withArticle(object.type.name)}`],
  });
}

/** Rounds down, also below zero, as the original's integer division does. */
function wholeMb(bytes: number | bigint): number {
  if (typeof bytes === 'number') return Math.floor(bytes / BYTES_PER_MB);
  return Number(bytes >> 20n);
}

function shown(amount: number | bigint): string {
  return typeof amount === 'bigint' && (amount >= 1n << 63n || amount < -(1n << 63n))
    ? `${amount}L`
    : String(amount);
}

function refused(resources: StructObject, message: string, wrong: readonly string[]): ConfigError {
  const [first = 'ram'] = wrong;
  return invalidConfig(message, {
    code: 'bad-resources',
    span: resources.origin?.partSpan(first) ?? resources.origin?.span(),
    notes: wrong.map(
      (field) => `Resources[${field}] must be at least ${field === 'cpu' ? 'a part of a core' : '1 MB'}`,
    ),
    suggestion: first === 'cpu' ? undefined : `Sizes are in bytes: write ${first}=128*MB.`,
  });
}
