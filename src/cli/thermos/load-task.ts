import type { Data } from '../../config/data.js';
import { bindReferences, portsUsed } from '../../thermos/references.js';
import { ThermosFailure, type ThermosHost } from './context.js';
import { all, last, UsageError, type OptionSpec, type ParsedOptions } from './options.js';

/** Options of every command that reads a config. */
export const CONFIG_OPTIONS: readonly OptionSpec[] = [
  { flags: ['--task'], metavar: 'TASKNAME', help: 'The thermos task within the config that should be used' },
  { flags: ['--json'], help: 'Read the source file in JSON format instead of the config language' },
  { flags: ['-P', '--port'], metavar: 'NAME:PORT', help: 'Bind a named port; may be given several times' },
  {
    flags: ['-E', '--environment'],
    metavar: 'NAME=VALUE',
    help: 'Bind a template variable; may be given several times',
  },
];

export interface LoadedTask {
  /** In the JSON form, references of the runtime still in it. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly ports: ReadonlyMap<string, number>;
}

/** The one task of the one config that the arguments name. Throws UsageError, ThermosFailure, DiagnosticError. */
export async function loadTask(options: ParsedOptions, host: ThermosHost): Promise<LoadedTask> {
  const { positionals } = options;
  const [path] = positionals;
  if (positionals.length !== 1 || path === undefined) {
    const shown = positionals.map((word) => `'${word}'`).join(', ');
    throw new UsageError(`Should specify precisely one config, instead got: [${shown}]`);
  }
  const ports = parsePorts(options);
  const bindings = all(options, '-E').map(parseBinding);
  const tasks = options.given.has('--json')
    ? jsonTasks(path, host, bindings)
    : await configTasks(path, host, bindings);
  return { json: choose(tasks, last(options, '--task')), ports };
}

export function requirePorts(task: LoadedTask): void {
  const unbound = portsUsed(task.json).filter((port) => !task.ports.has(port));
  if (unbound.length > 0) throw new UsageError(`ERROR!  Unbound ports: ${unbound.join(' ')}`);
}

export function parsePorts(options: ParsedOptions): Map<string, number> {
  const ports = new Map<string, number>();
  for (const text of all(options, '-P')) {
    const [name = '', number = '', ...rest] = text.split(':');
    if (name === '' || number === '' || rest.length > 0) {
      throw new ThermosFailure(`Invalid value for -P: ${text} should be of form NAME:PORT`, 1);
    }
    if (!/^\d+$/.test(number) || Number(number) > 65535) {
      throw new ThermosFailure(`Port does not appear to be an integer: ${number}`, 1);
    }
    ports.set(name, Number(number));
  }
  return ports;
}

interface NamedTask {
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
}

function choose(tasks: readonly NamedTask[], wanted: string | undefined): NamedTask['json'] {
  const [first, ...others] = tasks;
  if (!first) throw new UsageError('No tasks specified!');
  if (wanted === undefined) {
    if (others.length > 0) throw new UsageError('Multiple tasks in config but no task name specified!');
    return first.json;
  }
  const found = tasks.find((task) => task.name === wanted);
  if (found) return found.json;
  const names = tasks.map((task) => task.name).join(', ');
  throw new UsageError(`Could not find task ${wanted}! There is: ${names}`);
}

function jsonTasks(path: string, host: ThermosHost, bindings: readonly Binding[]): NamedTask[] {
  let json: unknown;
  try {
    json = JSON.parse(host.files.readText(path));
  } catch (error) {
    throw new UsageError(`No tasks specified! ${path}: ${(error as Error).message}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`No tasks specified! ${path} holds no object`);
  }
  const values = new Map(bindings);
  const bound = bindReferences(json, (name) => values.get(name)).json as Record<string, unknown>;
  const processes = bound['processes'];
  const firstProcess = Array.isArray(processes)
    ? (processes[0] as Record<string, unknown> | undefined)
    : undefined;
  const name = bound['name'] ?? firstProcess?.['name'];
  return [{ name: typeof name === 'string' ? name : '', json: bound }];
}

async function configTasks(
  path: string,
  host: ThermosHost,
  bindings: readonly Binding[],
): Promise<NamedTask[]> {
  const { loadThermosTasks } = await import('../../config/load-thermos.js');
  const tasks = loadThermosTasks(path, {
    host: host.machine,
    bindings: bindings.map(([name, value]) => `${name}=${value}`),
    print: (text, stream) => {
      if (stream === 'stdout') host.out(text);
      else host.err(text);
    },
  });
  return tasks.map((task) => ({ name: task.name, json: plain(task.data) as Record<string, unknown> }));
}

type Binding = readonly [string, string];

function parseBinding(text: string): Binding {
  const parts = text.split('=');
  const [name = '', value = ''] = parts;
  if (parts.length !== 2) throw new ThermosFailure('Binding must be of the form NAME=VALUE', 1);
  if (!/^[A-Za-z_][\w.[\]-]*$/.test(name)) {
    throw new ThermosFailure(`Could not parse ref ${name}: a name is an address like a.b or ports[http]`, 1);
  }
  return [name, value];
}

function plain(data: Data): unknown {
  if (data instanceof Map) {
    return Object.fromEntries([...(data as Map<string, Data>)].map(([key, value]) => [key, plain(value)]));
  }
  if (Array.isArray(data)) return (data as readonly Data[]).map(plain);
  if (typeof data === 'bigint') return Number(data);
  if (typeof data === 'object' && data !== null && 'value' in data) return data.value;
  return data;
}
