import type {
  AgentHeartbeat,
  AgentRegistration,
  AgentTask,
  StatusUpdate,
  StatusUpdates,
} from '../model/agent-protocol.js';
import type { ResourceUsage } from '../model/resources.js';
import { isIdentifier } from '../model/job-key.js';
import { loadSchema } from '../thrift/load-schema.js';
import { HttpRefusal } from './http-body.js';

/** Messages of agents, checked field by field: a 400 names the field that is wrong. */
export function readRegistration(body: Fields): AgentRegistration {
  const resources = fields(body, 'resources');
  return {
    agentId: text(body, 'agentId'),
    host: identifier(body, 'host'),
    attributes: list(body, 'attributes', (item) => ({
      name: text(item, 'name'),
      values: texts(item, 'values'),
    })),
    resources: {
      cpus: amount(resources, 'cpus'),
      ramMb: amount(resources, 'ramMb'),
      diskMb: amount(resources, 'diskMb'),
      gpus: amount(resources, 'gpus'),
      portRanges: pairs(resources, 'portRanges', isPort, isPort),
      ...(resources['revocableCpus'] !== undefined && { revocableCpus: amount(resources, 'revocableCpus') }),
      ...(resources['revocableRamMb'] !== undefined && {
        revocableRamMb: amount(resources, 'revocableRamMb'),
      }),
    },
    pid: amount(body, 'pid'),
    socketPath: text(body, 'socketPath'),
    tasks: list(body, 'tasks', readTask),
  };
}

export function readHeartbeat(body: Fields): AgentHeartbeat {
  return {
    agentId: text(body, 'agentId'),
    usage: readUsage(fields(body, 'usage')),
    tasks: list(body, 'tasks', (item) => ({
      taskId: text(item, 'taskId'),
      usage: readUsage(fields(item, 'usage')),
    })),
  };
}

export function readUpdates(body: Fields): StatusUpdates {
  return { agentId: text(body, 'agentId'), updates: list(body, 'updates', readUpdate) };
}

type Fields = Readonly<Record<string, unknown>>;

function readTask(item: Fields): AgentTask {
  return {
    taskId: text(item, 'taskId'),
    status: status(item),
    ports: pairs(item, 'ports', isText, isPort),
  };
}

function readUpdate(item: Fields): StatusUpdate {
  return {
    uuid: text(item, 'uuid'),
    taskId: text(item, 'taskId'),
    status: status(item),
    timestampMs: amount(item, 'timestampMs'),
    ...(item['message'] !== undefined && { message: text(item, 'message') }),
    ...(item['reason'] !== undefined && { reason: text(item, 'reason') }),
  };
}

function readUsage(item: Fields): ResourceUsage {
  return {
    cpus: amount(item, 'cpus'),
    ramBytes: amount(item, 'ramBytes'),
    diskBytes: amount(item, 'diskBytes'),
    processes: amount(item, 'processes'),
    threads: amount(item, 'threads'),
  };
}

function status(item: Fields): StatusUpdate['status'] {
  const value = item['status'];
  if (typeof value !== 'string' || !loadSchema('api.thrift').enums.get('ScheduleStatus')?.numberOf.has(value))
    return wrong('status', 'a status of a task');
  return value as StatusUpdate['status'];
}

function text(from: Fields, name: string): string {
  const value = from[name];
  return isText(value) ? value : wrong(name, 'a text');
}

function identifier(from: Fields, name: string): string {
  const value = text(from, name);
  return isIdentifier(value) ? value : wrong(name, 'a plain name');
}

function amount(from: Fields, name: string): number {
  const value = from[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value
    : wrong(name, 'a number of at least 0');
}

function texts(from: Fields, name: string): string[] {
  const value = from[name];
  return Array.isArray(value) && value.every(isText) ? value : wrong(name, 'a list of texts');
}

function fields(from: Fields, name: string): Fields {
  const value = from[name];
  return isFields(value) ? value : wrong(name, 'an object');
}

function list<T>(from: Fields, name: string, read: (item: Fields) => T): T[] {
  const value = from[name];
  if (!Array.isArray(value)) return wrong(name, 'a list');
  return value.map((item: unknown) => read(isFields(item) ? item : wrong(name, 'a list of objects')));
}

function pairs<A, B>(
  from: Fields,
  name: string,
  isFirst: (value: unknown) => value is A,
  isSecond: (value: unknown) => value is B,
): Array<[A, B]> {
  const value = from[name];
  if (!Array.isArray(value)) return wrong(name, 'a list');
  return value.map((pair: unknown): [A, B] => {
    if (!Array.isArray(pair) || pair.length !== 2) return wrong(name, 'a list of pairs');
    const [first, second] = pair as unknown[];
    return isFirst(first) && isSecond(second)
      ? [first, second]
      : wrong(name, 'a list of pairs of the right types');
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65535;
}

function wrong(name: string, expected: string): never {
  throw new HttpRefusal(400, `The field ${name} must be ${expected}.`);
}
