import { Environment } from '../pystachio/environment.js';
import { Ref } from '../pystachio/ref.js';

/** References that only the executor can answer. */
export const PORTS_REF = Ref.parse('thermos.ports');
const RUNTIME_ADDRESSES: ReadonlySet<string> = new Set([
  'mesos.instance',
  'mesos.hostname',
  'thermos.task_id',
]);

export function isRuntimeRef(ref: Ref): boolean {
  return RUNTIME_ADDRESSES.has(ref.address) || ref.isBelow(PORTS_REF);
}

/** Bound last, so that they beat the job's own bindings, but not those of its task or processes. */
export const STANDARD_BINDINGS = Environment.ofTexts(
  [
    ['mesos.role', '{{role}}'],
    ['mesos.cluster', '{{cluster}}'],
    ['thermos.user', '{{role}}'],
  ],
  'the standard bindings',
);

/** Stand-ins for what the executor knows, so that a job can be checked before there is an instance. */
export const SAMPLE_INSTANCE = Environment.ofTexts(
  [
    ['mesos.instance', '31337'],
    ['mesos.hostname', ''],
  ],
  'a sample instance',
);
