import { readCheckpoint } from '../../thermos/checkpoint-file.js';
import type { FoundTask } from '../../thermos/discover.js';
import { checkpointDirectory } from '../../thermos/paths.js';
import { replay, type RunnerState } from '../../thermos/runner-state.js';
import type { FileSystem } from '../../base/file-system.js';
import { findTasksInNamedRoots, GLOBAL_OPTIONS, prefixPatterns } from './common.js';
import type { ThermosCommand, ThermosHost } from './context.js';
import { last, UsageError, wholeNumber } from './options.js';

/** A finished task and what it occupies. */
interface Ended {
  readonly task: FoundTask;
  readonly state: RunnerState | undefined;
  readonly bytes: number;
}

export const gcCommand: ThermosCommand = {
  name: 'gc',
  doc: 'Garbage collect task(s) and task metadata.\n\n    Usage: thermos gc [options] [task_id(s) or task_regexp(s)]\n  ',
  options: [
    ...GLOBAL_OPTIONS,
    {
      flags: ['--max_age'],
      metavar: 'AGE',
      help: 'Remove tasks that ended longer ago, e.g. 3600 or 60mins or 7days',
    },
    { flags: ['--max_tasks'], metavar: 'N', help: 'Keep no more finished tasks than this' },
    { flags: ['--max_space'], metavar: 'SPACE', help: 'Keep no more than this, e.g. 100MB or 2GB' },
    { flags: ['--keep-data'], help: 'Keep the sandboxes [default]' },
    { flags: ['--delete-data'], help: 'Remove the sandboxes, too' },
    { flags: ['--keep-logs'], help: 'Keep the logs [default]' },
    { flags: ['--delete-logs'], help: 'Remove the logs, too' },
    { flags: ['--keep-metadata'], help: 'Keep task files and checkpoints [default]' },
    { flags: ['--delete-metadata'], help: 'Remove task files and checkpoints' },
    { flags: ['--force'], help: 'Do not ask' },
    { flags: ['--dryrun'], help: 'Only say what would be removed' },
  ],
  async run(options, host) {
    const patterns = prefixPatterns(options.positionals.length > 0 ? options.positionals : ['.*']);
    const ended = findTasksInNamedRoots(host, options)
      .filter((task) => task.status === 'finished' && patterns.some((matches) => matches(task.taskId)))
      .sort((a, b) => a.modifiedMs - b.modifiedMs)
      .map((task) => weigh(task, host));
    const chosen = select(ended, host.clock.nowMs(), {
      maxAgeMs: parseAge(last(options, '--max_age')),
      maxTasks: wholeNumber(options, '--max_tasks'),
      maxBytes: parseSpace(last(options, '--max_space')),
    });
    if (chosen.length === 0) {
      host.out('No tasks to garbage collect.\n');
      return 0;
    }
    const parts = {
      data: options.given.has('--delete-data'),
      logs: options.given.has('--delete-logs'),
      metadata: options.given.has('--delete-metadata'),
    };
    if (!parts.data && !parts.logs && !parts.metadata) {
      throw new UsageError('Say what to remove: --delete-metadata, --delete-logs, --delete-data');
    }
    for (const { task } of chosen) host.out(`${task.taskId}\n`);
    if (options.given.has('--dryrun')) return 0;
    if (!options.given.has('--force')) {
      const answer = await host.ask('Continue [y/N]? ');
      if (answer?.trim().toLowerCase() !== 'y') {
        host.err(
          answer === undefined ? 'Nothing was removed: say --force to remove without being asked.\n' : '',
        );
        return 1;
      }
    }
    for (const one of chosen) remove(one, parts, host.files);
    host.out(`Removed ${chosen.length} task${chosen.length === 1 ? '' : 's'}.\n`);
    return 0;
  },
};

interface Limits {
  readonly maxAgeMs: number | undefined;
  readonly maxTasks: number | undefined;
  readonly maxBytes: number | undefined;
}

/** Oldest first: what is too old, then what is beyond the space, then what is beyond the number. */
function select(ended: readonly Ended[], nowMs: number, limits: Limits): Ended[] {
  const { maxAgeMs, maxTasks, maxBytes } = limits;
  // Without a limit everything that has ended goes.
  if (maxAgeMs === undefined && maxTasks === undefined && maxBytes === undefined) return [...ended];
  const chosen = new Set<Ended>();
  if (maxAgeMs !== undefined) {
    for (const one of ended) if (nowMs - one.task.modifiedMs > maxAgeMs) chosen.add(one);
  }
  const rest = (): Ended[] => ended.filter((one) => !chosen.has(one));
  if (maxBytes !== undefined) {
    let total = rest().reduce((sum, one) => sum + one.bytes, 0);
    for (const one of rest()) {
      if (total <= maxBytes) break;
      chosen.add(one);
      total -= one.bytes;
    }
  }
  if (maxTasks !== undefined) {
    const left = rest();
    for (const one of left.slice(0, Math.max(0, left.length - maxTasks))) chosen.add(one);
  }
  return ended.filter((one) => chosen.has(one));
}

function weigh(task: FoundTask, host: ThermosHost): Ended {
  let state: RunnerState | undefined;
  try {
    state = replay(readCheckpoint(host.files, task.checkpoint));
  } catch {
    // What cannot be read can still be removed.
  }
  const folders = [checkpointDirectory(task.root, task.taskId), state?.header?.sandbox];
  const bytes = folders.reduce(
    (sum, folder) => sum + (folder === undefined ? 0 : size(host.files, folder)),
    0,
  );
  return { task, state, bytes };
}

function remove(
  { task, state }: Ended,
  parts: { readonly data: boolean; readonly logs: boolean; readonly metadata: boolean },
  files: FileSystem,
): void {
  const header = state?.header;
  if (parts.logs && header?.logDir !== undefined) files.remove(header.logDir);
  if (parts.data && header) files.remove(header.sandbox);
  if (!parts.metadata) return;
  files.remove(checkpointDirectory(task.root, task.taskId));
  files.remove(task.file);
}

/** Links are not followed. */
function size(files: FileSystem, path: string): number {
  const stat = files.lstat(path);
  if (stat?.kind !== 'directory') return stat?.size ?? 0;
  return files.readDirectory(path).reduce((sum, name) => sum + size(files, `${path}/${name}`), 0);
}

const SECONDS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['secs', 1],
  ['mins', 60],
  ['hrs', 3600],
  ['hours', 3600],
  ['days', 86_400],
]);

function parseAge(text: string | undefined): number | undefined {
  return scaled('--max_age', text, SECONDS, 1000, '3600, 60mins, 12hrs or 7days');
}

const BYTES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['B', 1],
  ['KB', 1024],
  ['MB', 1024 ** 2],
  ['GB', 1024 ** 3],
  ['TB', 1024 ** 4],
]);

function parseSpace(text: string | undefined): number | undefined {
  return scaled('--max_space', text, BYTES, 1, '100MB or 2GB');
}

function scaled(
  flag: string,
  text: string | undefined,
  units: ReadonlyMap<string, number>,
  factor: number,
  examples: string,
): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const scale = units.get(unit);
  if (number === '' || scale === undefined) {
    throw new UsageError(`option ${flag}: '${text}' is no amount; write for example ${examples}`);
  }
  return Number(number) * scale * factor;
}
