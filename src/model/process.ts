import { err, ok, type Result } from '../base/result.js';

/**
 * Thermos' nouns: a task is a graph of processes that run on one host. The JSON form (snake_case) is what the
 * client puts into `ExecutorConfig.data`, what `thermos run --json` reads and what `tasks/active/ID` holds.
 */
export interface Process {
  readonly name: string;
  /** Handed to bash verbatim. */
  readonly cmdline: string;
  /** Failed runs until the process is failed; 0 retries for ever. */
  readonly maxFailures: number;
  /** Success does not finish it. */
  readonly daemon: boolean;
  /** The task completes without it. */
  readonly ephemeral: boolean;
  /** Least pause between the end of a run and the next start. */
  readonly minDurationSecs: number;
  /** Part of the finalizing plan. */
  readonly final: boolean;
  readonly logger?: ProcessLogger;
}

export type LoggerDestination = 'file' | 'console' | 'both' | 'none';
export type LoggerMode = 'standard' | 'rotate';

export interface ProcessLogger {
  readonly destination: LoggerDestination;
  readonly mode: LoggerMode;
  readonly rotate: RotatePolicy;
}

export interface RotatePolicy {
  readonly logSizeBytes: number;
  readonly backups: number;
}

export interface Task {
  readonly name: string;
  readonly processes: readonly Process[];
  /** Each is one `order`: every name finishes before the next one starts. */
  readonly constraints: ReadonlyArray<readonly string[]>;
  readonly resources?: TaskResources;
  /** Failed processes until the task fails; 0 is unlimited. */
  readonly maxFailures: number;
  /** 0 is unlimited. */
  readonly maxConcurrency: number;
  /** Budget for CLEANING and FINALIZING together. */
  readonly finalizationWaitSecs: number;
  readonly user?: string;
}

export interface TaskResources {
  readonly cpu: number;
  readonly ramBytes: number;
  readonly diskBytes: number;
  readonly gpu: number;
}

/** In the order of their numbers on disk. */
export const PROCESS_STATES = [
  'WAITING',
  'FORKED',
  'RUNNING',
  'SUCCESS',
  'KILLED',
  'FAILED',
  'LOST',
] as const;
export type ProcessState = (typeof PROCESS_STATES)[number];

/** In the order of their numbers on disk. */
export const TASK_STATES = [
  'ACTIVE',
  'SUCCESS',
  'FAILED',
  'KILLED',
  'LOST',
  'CLEANING',
  'FINALIZING',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export function isTerminalProcessState(state: ProcessState): boolean {
  return state === 'SUCCESS' || state === 'KILLED' || state === 'FAILED' || state === 'LOST';
}

export function isTerminalTaskState(state: TaskState): boolean {
  return state === 'SUCCESS' || state === 'FAILED' || state === 'KILLED' || state === 'LOST';
}

export const DEFAULT_ROTATE_POLICY: RotatePolicy = { logSizeBytes: 100 * 1024 * 1024, backups: 5 };

export const DEFAULT_LOGGER: ProcessLogger = {
  destination: 'file',
  mode: 'standard',
  rotate: DEFAULT_ROTATE_POLICY,
};

/**
 * Reads a task's JSON. Every string must be free of templates already (see src/thermos/bindings.ts). The
 * error is Thermos' own text: `Task has invalid process: ...`, `Failed to fully evaluate task: ...`.
 */
export function parseTask(json: unknown): Result<Task, string> {
  try {
    return ok(readTask(json));
  } catch (error) {
    if (error instanceof InvalidTask) return err(error.message);
    throw error;
  }
}

/** The task as Thermos writes it: every default spelled out, absent structs left out. */
export function taskToJson(task: Task): Record<string, unknown> {
  return {
    processes: task.processes.map(processToJson),
    name: task.name,
    finalization_wait: task.finalizationWaitSecs,
    max_failures: task.maxFailures,
    max_concurrency: task.maxConcurrency,
    ...(task.resources && {
      resources: {
        gpu: task.resources.gpu,
        disk: task.resources.diskBytes,
        ram: task.resources.ramBytes,
        cpu: task.resources.cpu,
      },
    }),
    ...(task.user !== undefined && { user: task.user }),
    constraints: task.constraints.map((order) => ({ order: [...order] })),
  };
}

class InvalidTask extends Error {}

function readTask(json: unknown): Task {
  const fields = objectAt(json, 'the task');
  const list = fields['processes'];
  if (!Array.isArray(list)) throw untyped('processes', 'a list of processes', list);
  const processes = list.map((item, index) => readProcess(item, `processes[${index}]`));
  refuseSameName(processes);
  const name = fields['name'] ?? processes[0]?.name;
  const resources = fields['resources'];
  const user = fields['user'];
  return {
    name: stringAt(name, 'name'),
    processes,
    constraints: readConstraints(fields['constraints']),
    ...(resources !== undefined && resources !== null && { resources: readResources(resources) }),
    maxFailures: integerAt(fields['max_failures'], 'max_failures', 1),
    maxConcurrency: integerAt(fields['max_concurrency'], 'max_concurrency', 0),
    finalizationWaitSecs: integerAt(fields['finalization_wait'], 'finalization_wait', 30),
    ...(user !== undefined && user !== null && { user: stringAt(user, 'user') }),
  };
}

function readProcess(json: unknown, path: string): Process {
  const fields = objectAt(json, path);
  const name = stringAt(fields['name'], `${path}.name`);
  if (!/^[^./][^/]*$/.test(name)) {
    throw new InvalidTask(`Task has invalid process: Invalid process name: ${name}`);
  }
  const cmdline = stringAt(fields['cmdline'], `${path}.cmdline`);
  if (cmdline.includes('\0') || name.includes('\0')) {
    throw new InvalidTask(`Failed to fully evaluate task: ${path} contains a NUL character`);
  }
  const logger = fields['logger'];
  return {
    name,
    cmdline,
    maxFailures: integerAt(fields['max_failures'], `${path}.max_failures`, 1),
    daemon: booleanAt(fields['daemon'], `${path}.daemon`),
    ephemeral: booleanAt(fields['ephemeral'], `${path}.ephemeral`),
    minDurationSecs: integerAt(fields['min_duration'], `${path}.min_duration`, 5),
    final: booleanAt(fields['final'], `${path}.final`),
    ...(logger !== undefined && logger !== null && { logger: readLogger(logger, `${path}.logger`) }),
  };
}

function readLogger(json: unknown, path: string): ProcessLogger {
  const fields = objectAt(json, path);
  const destination = fields['destination'] ?? 'file';
  const mode = fields['mode'] ?? 'standard';
  if (!isOneOf(['file', 'console', 'both', 'none'] as const, destination)) {
    throw new InvalidTask(`Logger destination ${shown(destination)} is invalid.`);
  }
  if (!isOneOf(['standard', 'rotate'] as const, mode)) {
    throw new InvalidTask(`Logger mode ${shown(mode)} is invalid.`);
  }
  const rotate = objectAt(fields['rotate'] ?? {}, `${path}.rotate`);
  const logSizeBytes = integerAt(
    rotate['log_size'],
    `${path}.rotate.log_size`,
    DEFAULT_ROTATE_POLICY.logSizeBytes,
  );
  const backups = integerAt(rotate['backups'], `${path}.rotate.backups`, DEFAULT_ROTATE_POLICY.backups);
  if (mode === 'rotate' && logSizeBytes <= 0) throw new InvalidTask('Log size cannot be less than one byte.');
  if (mode === 'rotate' && backups <= 0) throw new InvalidTask('Log backups cannot be less than one.');
  return { destination, mode, rotate: { logSizeBytes, backups } };
}

function readResources(json: unknown): TaskResources {
  const fields = objectAt(json, 'resources');
  return {
    cpu: numberAt(fields['cpu'], 'resources.cpu'),
    ramBytes: numberAt(fields['ram'], 'resources.ram'),
    diskBytes: numberAt(fields['disk'], 'resources.disk'),
    gpu: fields['gpu'] === undefined ? 0 : numberAt(fields['gpu'], 'resources.gpu'),
  };
}

function readConstraints(json: unknown): string[][] {
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json)) throw untyped('constraints', 'a list', json);
  return json.map((item, index) => {
    const order = objectAt(item, `constraints[${index}]`)['order'];
    if (!Array.isArray(order)) throw untyped(`constraints[${index}].order`, 'a list of process names', order);
    return order.map((name, position) => stringAt(name, `constraints[${index}].order[${position}]`));
  });
}

/** The original silently ran the last of two processes with one name. */
function refuseSameName(processes: readonly Process[]): void {
  const places = new Map<string, number>();
  processes.forEach((process, index) => {
    const before = places.get(process.name);
    if (before !== undefined) {
      throw new InvalidTask(
        `Task has invalid process: processes[${before}] and processes[${index}] are both named ${process.name}`,
      );
    }
    places.set(process.name, index);
  });
}

function processToJson(process: Process): Record<string, unknown> {
  return {
    daemon: process.daemon,
    name: process.name,
    ephemeral: process.ephemeral,
    max_failures: process.maxFailures,
    min_duration: process.minDurationSecs,
    cmdline: process.cmdline,
    final: process.final,
    ...(process.logger && {
      logger: {
        destination: process.logger.destination,
        mode: process.logger.mode,
        ...(process.logger.mode === 'rotate' && {
          rotate: {
            log_size: process.logger.rotate.logSizeBytes,
            backups: process.logger.rotate.backups,
          },
        }),
      },
    }),
  };
}

function objectAt(json: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw untyped(path, 'an object', json);
  return json as Record<string, unknown>;
}

function stringAt(json: unknown, path: string): string {
  if (typeof json !== 'string') throw untyped(path, 'a string', json);
  return json;
}

function numberAt(json: unknown, path: string): number {
  const value = typeof json === 'string' && json.trim() !== '' ? Number(json) : json;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw untyped(path, 'a number', json);
  return value;
}

function integerAt(json: unknown, path: string, fallback: number): number {
  if (json === undefined || json === null) return fallback;
  const value = numberAt(json, path);
  if (!Number.isSafeInteger(value)) throw untyped(path, 'an integer', json);
  return value;
}

/** Old task files hold 0 and 1. */
function booleanAt(json: unknown, path: string): boolean {
  if (json === undefined || json === null || json === 0 || json === false || json === 'false') return false;
  if (json === 1 || json === true || json === 'true') return true;
  throw untyped(path, 'true or false', json);
}

function isOneOf<const T extends string>(names: readonly T[], value: unknown): value is T {
  return names.some((name) => name === value);
}

function untyped(path: string, expected: string, given: unknown): InvalidTask {
  const what = given === undefined ? 'nothing was given' : `got ${shown(given)}`;
  return new InvalidTask(`Failed to fully evaluate task: ${path} should be ${expected}, ${what}`);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined);
  return text === undefined ? typeof value : text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
