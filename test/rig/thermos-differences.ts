import type { ThermosCase } from './thermos-cases.js';

export type Facet =
  'commands' | 'processes' | 'task' | 'json' | 'tree' | 'files' | 'status' | 'read' | 'inspect';

interface Rule {
  readonly reason: string;
  readonly facets: readonly Facet[];
  applies(recorded: ThermosCase): boolean;
}

/** Why a facet of a case differs from the original on purpose, or undefined when it should not. */
export function findDeliberate(recorded: ThermosCase, facet: Facet): string | undefined {
  return RULES.find((rule) => rule.facets.includes(facet) && rule.applies(recorded))?.reason;
}

const EVERYTHING: readonly Facet[] = [
  'commands',
  'processes',
  'task',
  'json',
  'tree',
  'files',
  'status',
  'read',
  'inspect',
];

/** By what was recorded, so that the rules hold for cases that are not here, too. */
const RULES: readonly Rule[] = [
  {
    reason: 'status and read show the return code and the end of failed runs, which the original forgot',
    facets: ['status', 'read'],
    applies: (recorded) =>
      Object.values(recorded.processes ?? {}).some((one) =>
        one.history.some((run) => run.state === 'FAILED'),
      ),
  },
  {
    reason: 'a command line that the system does not take is a failed run, not one lost again and again',
    facets: EVERYTHING,
    applies: (recorded) => /140000|131072|150000|200000/.test(recorded.definition ?? '') && hasLost(recorded),
  },
  {
    reason: 'a torn record does not strand the task',
    facets: EVERYTHING,
    applies: (recorded) => (recorded.script ?? []).some((step) => step['do'] === 'truncate'),
  },
  {
    reason: 'a kill or a new runner lets a running finalizing process finish',
    facets: ['processes', 'task', 'files', 'status', 'read'],
    applies: (recorded) => timesIn(recorded, 'FINALIZING') > 1,
  },
  {
    reason: 'text beyond ASCII is text, in any literal and on any output',
    facets: EVERYTHING,
    applies: (recorded) =>
      /Unicode(De|En)codeError/.test(
        [recorded.stderr, recorded.status?.stderr, recorded.read?.stderr].filter(Boolean).join('\n'),
      ),
  },
  {
    reason: 'help lists gc as well, in the order of the alphabet',
    facets: ['commands'],
    applies: (recorded) => (recorded.stderr ?? '').startsWith('Must supply one of the following commands'),
  },
  {
    reason: '--daemon says so on any stdout',
    facets: ['commands'],
    applies: (recorded) => recorded.argv?.includes('--daemon') ?? false,
  },
  {
    reason: 'processes without an order start in the order of the task, not of a hash table',
    facets: ['files'],
    applies: (recorded) =>
      (recorded.unordered ?? []).length > 0 && (recorded.definition ?? '').includes('max_concurrency'),
  },
  {
    reason: 'what has died of the SIGTERM of its task keeps that as its return code',
    facets: ['processes', 'status', 'read'],
    applies: (recorded) => recorded.task === 'LOST',
  },
  {
    reason: 'inspect refuses a task that cannot run',
    facets: ['inspect'],
    applies: (recorded) => (recorded.stderr ?? '').includes('InvalidTask'),
  },
  {
    reason: 'two processes of one name are refused',
    facets: EVERYTHING,
    applies: (recorded) => hasTwins(recorded.taskJson),
  },
];

function hasLost(recorded: ThermosCase): boolean {
  return Object.values(recorded.processes ?? {}).some((one) =>
    one.history.some((run) => run.state === 'LOST'),
  );
}

function timesIn(recorded: ThermosCase, state: string): number {
  return (recorded.checkpoint ?? []).filter((record) => record.task?.['state'] === state).length;
}

function hasTwins(taskJson: unknown): boolean {
  const processes =
    (taskJson as { processes?: Array<{ name?: string }> } | null | undefined)?.processes ?? [];
  return new Set(processes.map((one) => one.name)).size < processes.length;
}
