import { execFile } from 'node:child_process';
import type { UserAccount } from '../../thermos/task-runner-options.js';
import type { AgentOptions } from '../agent-environment.js';
import type { ControlFiles } from './control-files.js';
import type { Isolation, IsolationReport } from './isolation.js';

/** What stands before every command of a task, and what that adds to the isolation's own report. */
export interface CommandPrefix {
  readonly words: readonly string[];
  readonly report: IsolationReport;
}

export interface PrefixFacts {
  readonly files: ControlFiles;
  readonly isolation: Isolation;
  readonly options: AgentOptions;
  /** Runs a command to its end as an account; false when it fails. */
  readonly works: (words: readonly string[], account: UserAccount) => Promise<boolean>;
}

const PRLIMIT = '/usr/bin/prlimit';

/**
 * Wraps commands in what the host offers beyond cgroups: a bound on processes by `prlimit` where no cgroup has
 * one, and a /tmp of the task's own, in its sandbox, when that is asked for. What does not work here is
 * left out and said so in the report; it never fails a task.
 */
export async function commandPrefix(
  account: UserAccount,
  sandbox: string,
  facts: PrefixFacts,
): Promise<CommandPrefix> {
  const { report } = facts.isolation;
  const refused = [...report.refused];
  const words: string[] = [];
  let enforced = report.enforced;
  if (!enforced.includes('processes') && account.uid !== 0 && facts.files.exists(PRLIMIT)) {
    words.push(PRLIMIT, `--nproc=${facts.options.processLimit + threadsOfHost(facts.files)}`, '--');
    enforced = [...enforced, 'processes'];
  }
  if (facts.options.namespaces.includes('tmp')) {
    const wrapped = privateTmp(account, sandbox);
    if (await facts.works([...wrapped, 'true'], account)) words.push(...wrapped);
    else refused.push('a private /tmp: mount namespaces cannot be made here');
  }
  const observed = report.observed.filter((limit) => !enforced.includes(limit));
  return { words, report: { ...report, enforced, observed, refused } };
}

/**
 * The limit counts all threads of the account on this host, other tasks' and the user's own included, so it
 * stands on top of everything that runs already (fourth field of /proc/loadavg: `running/total`).
 */
function threadsOfHost(files: ControlFiles): number {
  const total = /\/(\d+) /.exec(files.read('/proc/loadavg') ?? '')?.[1];
  return total === undefined ? 0 : Number(total);
}

/**
 * A mount namespace in which /tmp is the sandbox's `.tmp`, its space counted as the task's. `exec` all the way:
 * the pid and the signals stay the command's own. A sandbox that is itself below /tmp is bound back into its
 * place from the working directory, which still leads to it. Without root the namespace belongs to a user
 * namespace, whose capabilities are dropped again before the command.
 */
function privateTmp(account: UserAccount, sandbox: string): string[] {
  const unprivileged = account.uid !== 0;
  return [
    '/usr/bin/unshare',
    ...(unprivileged ? ['--user', '--map-current-user', '--keep-caps'] : []),
    '--mount',
    '/bin/sh',
    '-c',
    `mkdir -p "$1/.tmp" && mount --bind "$1/.tmp" /tmp && mkdir -p "$1" && mount --bind /proc/self/cwd "$1" && cd "$1" || exit 126; shift; exec "$@"`,
    'sh',
    sandbox,
    ...(unprivileged ? ['/usr/bin/setpriv', '--inh-caps=-all', '--ambient-caps=-all'] : []),
  ];
}

/** Whether a command runs through here, as the account it is meant for. */
export function worksHere(
  words: readonly string[],
  account: UserAccount,
  isRoot: boolean,
  cwd: string,
): Promise<boolean> {
  const [command = '', ...rest] = words;
  const identity = isRoot ? { uid: account.uid, gid: account.gid } : {};
  return new Promise((resolve) => {
    execFile(command, rest, { cwd, timeout: 5000, env: {}, ...identity }, (error) => {
      resolve(error === null);
    });
  });
}
