import { isIdentifier } from '../model/job-key.js';
import type { MesosFetcherURI } from '../model/task-config.js';
import { JsonMismatch, type JsonReader } from './json-reader.js';

/** What the agent needs of an AssignedTask; everything else of it is the scheduler's business. */
export interface LaunchedTask {
  readonly taskId: string;
  readonly instanceId: number;
  readonly slaveHost: string | undefined;
  readonly role: string;
  readonly environment: string;
  readonly jobName: string;
  readonly assignedPorts: ReadonlyMap<string, number>;
  readonly cpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
  readonly executorData: string;
  readonly fetcherUris: readonly MesosFetcherURI[];
  /** `mesos` without an image needs nothing; everything else cannot run here and is named. */
  readonly unsupportedContainer: string | undefined;
}

const TASK_ID = /^[A-Za-z0-9_][\w.-]*$/;
const LONGEST_TASK_ID = 255;

/** Whether an id is safe as the name of a directory; the scheduler makes no others. */
export function isTaskId(text: string): boolean {
  return text.length <= LONGEST_TASK_ID && TASK_ID.test(text);
}

/** Reads an AssignedTask in its JSON form (field names, maps as objects). Throws JsonMismatch. */
export function readAssignedTask(reader: JsonReader): LaunchedTask {
  const taskId = reader.required('taskId').string();
  if (!isTaskId(taskId))
    throw new JsonMismatch(`${reader.path}.taskId is not a task id: ${JSON.stringify(taskId)}`);
  const task = reader.required('task');
  const job = task.required('job');
  const amounts = readAmounts(task);
  return {
    taskId,
    instanceId: reader.field('instanceId')?.integer() ?? 0,
    slaveHost: reader.field('slaveHost')?.string(),
    role: readIdentifier(job.required('role')),
    environment: readIdentifier(job.required('environment')),
    jobName: readIdentifier(job.required('name')),
    assignedPorts: readPorts(reader.field('assignedPorts')),
    ...amounts,
    executorData: task.field('executorConfig')?.field('data')?.string() ?? '',
    fetcherUris: (task.field('mesosFetcherUris')?.items() ?? []).map(readUri),
    unsupportedContainer: readContainer(task.field('container')),
  };
}

function readIdentifier(reader: JsonReader): string {
  const text = reader.string();
  if (!isIdentifier(text)) throw new JsonMismatch(`${reader.path} is not a name: ${JSON.stringify(text)}`);
  return text;
}

function readAmounts(task: JsonReader): { cpus: number; ramMb: number; diskMb: number } {
  const amounts = { cpus: 0, ramMb: 0, diskMb: 0 };
  for (const resource of task.field('resources')?.items() ?? []) {
    amounts.cpus += resource.field('numCpus')?.number() ?? 0;
    amounts.ramMb += resource.field('ramMb')?.number() ?? 0;
    amounts.diskMb += resource.field('diskMb')?.number() ?? 0;
  }
  return amounts;
}

const HIGHEST_PORT = 65535;

function readPorts(reader: JsonReader | undefined): Map<string, number> {
  const ports = new Map<string, number>();
  for (const [name, value] of reader?.entries() ?? []) {
    const port = value.integer();
    if (port < 1 || port > HIGHEST_PORT)
      throw new JsonMismatch(`${value.path} must be a port from 1 to ${HIGHEST_PORT}, not ${port}`);
    ports.set(name, port);
  }
  return ports;
}

function readUri(reader: JsonReader): MesosFetcherURI {
  const extract = reader.field('extract')?.boolean();
  const cache = reader.field('cache')?.boolean();
  const outputFile = reader.field('outputFile')?.string();
  return {
    value: reader.required('value').string(),
    ...(extract !== undefined && { extract }),
    ...(cache !== undefined && { cache }),
    ...(outputFile !== undefined && { outputFile }),
  };
}

function readContainer(reader: JsonReader | undefined): string | undefined {
  if (reader?.field('docker')) return 'Docker container';
  const mesos = reader?.field('mesos');
  if (mesos?.field('image')) return 'filesystem image';
  if ((mesos?.field('volumes')?.items().length ?? 0) > 0) return 'volume';
  return undefined;
}
