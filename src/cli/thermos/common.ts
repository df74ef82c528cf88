import type { FileSystem } from '../../base/file-system.js';
import { discoverTasks, executorRoots, type FoundTask } from '../../thermos/discover.js';
import type { ThermosHost } from './context.js';
import { all, last, type OptionSpec, type ParsedOptions } from './options.js';

export const DEFAULT_ROOT = '/var/run/thermos';
export const DEFAULT_MESOS_ROOT = '/var/lib/mesos';

/** Accepted by every command. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: ['--root'], metavar: 'PATH', help: `the thermos config root [default: ${DEFAULT_ROOT}]` },
  {
    flags: ['--mesos-root'],
    metavar: 'MESOS_ROOT',
    help: `The mesos root directory to search for Thermos executor sandboxes [default: ${DEFAULT_MESOS_ROOT}]`,
  },
];

export function rootOf(options: ParsedOptions): string {
  return last(options, '--root') ?? DEFAULT_ROOT;
}

/** Where tasks are looked for: the options add to the default places, as ever. */
export function searchRoots(files: FileSystem, options: ParsedOptions): string[] {
  const mesosRoots = [DEFAULT_MESOS_ROOT, ...all(options, '--mesos-root')];
  return [
    DEFAULT_ROOT,
    ...all(options, '--root'),
    ...mesosRoots.flatMap((root) => executorRoots(files, root)),
  ];
}

export function findTasks(host: ThermosHost, options: ParsedOptions): FoundTask[] {
  return discoverTasks(host.files, searchRoots(host.files, options));
}

/** Only where the options say, if they say anything: for a command that removes what it finds. */
export function findTasksInNamedRoots(host: ThermosHost, options: ParsedOptions): FoundTask[] {
  const mesosRoots = all(options, '--mesos-root').flatMap((root) => executorRoots(host.files, root));
  const roots = [...all(options, '--root'), ...mesosRoots];
  return roots.length === 0 ? findTasks(host, options) : discoverTasks(host.files, roots);
}

/** Patterns match from the start of a task id, as Python's `re.match` does. */
export function prefixPatterns(patterns: readonly string[]): Array<(text: string) => boolean> {
  return patterns.map((pattern) => {
    // The user's own terminal, his own pattern: no more than he could do to himself anyway.
    const expression = compile(pattern);
    return (text) => (expression ? expression.test(text) : text.startsWith(pattern));
  });
}

/** `Sun Nov 22 21:41:37 2026`, in the zone of the terminal. */
export function asctime(ms: number): string {
  const at = new Date(ms);
  const [day = '', month = '', date = ''] = at.toDateString().split(' ');
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((value) => String(value).padStart(2, '0'))
    .join(':');
  return `${day} ${month} ${date.replace(/^0/, ' ')} ${clock} ${at.getFullYear()}`;
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})`);
  } catch {
    return undefined;
  }
}
