import { readJson } from '../pystachio/json-reader.js';
import { Environment } from '../pystachio/environment.js';
import type { Ref } from '../pystachio/ref.js';
import { Scopes } from '../pystachio/scope.js';
import { StructObject } from '../pystachio/struct-object.js';
import { DataOrigin } from '../pystachio/origin.js';
import type { Evaluation } from '../language/evaluate-options.js';
import { Dict } from '../language/values/dict.js';
import { ConfigError, guarded } from './config-error.js';
import { dataOf, type DataMap } from './data.js';
import { Task } from './thermos-schema.js';
import { PystachioError } from '../pystachio/pystachio-error.js';

/** What is known when one instance of a job runs. */
export interface InstanceFacts {
  readonly instance: number;
  readonly hostname: string;
  readonly taskId: string;
  readonly user: string;
  /** The final port map: names and numbers. */
  readonly ports: ReadonlyMap<string, number>;
}

/** The task of one instance, every reference bound, as the plain data that a runner reads. */
export interface InstanceTask {
  readonly task: DataMap;
  /** Tags that nothing binds; a runner cannot start with any. */
  readonly unbound: readonly string[];
}

/** Builds the task of one instance from the JSON that the executor is given for its job. */
export function taskForInstance(
  executorData: string,
  facts: InstanceFacts,
  evaluation: Evaluation,
): InstanceTask {
  const { runtime } = evaluation;
  return guarded(evaluation, () => {
    const { value } = readJson(executorData, runtime);
    const task = value instanceof Dict ? value.get('task', runtime) : undefined;
    if (!(task instanceof Dict)) {
      throw new ConfigError('ValueError', 'the job data holds no task', { code: 'no-task' });
    }
    return boundTask(toTask(task, evaluation), facts, evaluation);
  });
}

/** Binds a task that is already an object, the one of a picked job say. */
export function boundTask(task: StructObject, facts: InstanceFacts, evaluation: Evaluation): InstanceTask {
  const { runtime } = evaluation;
  const scopes = new Scopes(instanceEnvironment(facts), null);
  const unbound: Ref[] = [];
  const bound = task.inScope(scopes).interpolate(null, unbound, runtime);
  return {
    task: dataOf(bound, runtime) as DataMap,
    unbound: [...new Set(unbound.map((ref) => ref.tag))].sort(),
  };
}

export function instanceEnvironment({ instance, hostname, taskId, user, ports }: InstanceFacts): Environment {
  return Environment.ofTexts(
    [
      ['mesos.instance', String(instance)],
      ['mesos.hostname', hostname],
      ['thermos.task_id', taskId],
      ['thermos.user', user],
      ...Array.from(ports, ([name, port]) => [`thermos.ports[${name}]`, String(port)] as const),
    ],
    'the instance',
  );
}

/** Fields that a newer or older client wrote and this one does not know are passed over. */
function toTask(data: Dict, evaluation: Evaluation): StructObject {
  const { runtime } = evaluation;
  const known = new Dict();
  for (const { key, value } of data.entries.values()) {
    if (typeof key === 'string' && Task.slots.has(key)) known.set(key, value, runtime);
  }
  try {
    return Task.wrap(known, new DataOrigin(() => undefined), runtime);
  } catch (error) {
    if (!(error instanceof PystachioError)) throw error;
    throw new ConfigError(error.type, error.message, error.details);
  }
}
