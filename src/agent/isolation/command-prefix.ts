import { execFile } from 'node:child_process';
import type { UserAccount } from '../../thermos/task-runner-options.js';
import type { AgentOptions } from '../agent-options.js';
import type { ControlFiles } from './control-files.js';
import type { Isolation, IsolationReport } from './isolation.js';
import { BUBBLEWRAP, bubblewrapWords } from './bubblewrap.js';
import { NAMESPACE_NAMES, namespaceWords } from './namespaces.js';

/** What stands before every command of a task, and what that adds to the isolation's own report. */
export interface CommandPrefix {
  readonly words: readonly string[];
  readonly report: IsolationReport;
}

export interface PrefixFacts {
  readonly files: ControlFiles;
  readonly isolation: Isolation;
  readonly options: AgentOptions;
  /** Runs a command to its end as an account; why it failed, or undefined. */
  readonly problem: (words: readonly string[], account: UserAccount) => Promise<string | undefined>;
}

/** The host cannot give a task the namespaces that were asked for. */
export class IsolationError extends Error {
  override readonly name = 'IsolationError';
}

const PRLIMIT = '/usr/bin/prlimit';

/**
 * Wraps commands in what the host offers beyond cgroups: a bound on processes by `prlimit` where no cgroup has
 * one, and the namespaces that were asked for. Those are tried first: throws IsolationError where they cannot be
 * had, because a task must not run less isolated than its cluster says.
 */
export async function commandPrefix(
  account: UserAccount,
  sandbox: string,
  facts: PrefixFacts,
): Promise<CommandPrefix> {
  const { report } = facts.isolation;
  const words: string[] = [];
  let enforced = report.enforced;
  if (!enforced.includes('processes') && account.uid !== 0 && facts.files.exists(PRLIMIT)) {
    words.push(PRLIMIT, `--nproc=${facts.options.processLimit + threadsOfHost(facts.files)}`, '--');
    enforced = [...enforced, 'processes'];
  }
  const { namespaces, namespaceTool } = facts.options;
  if (namespaces.length > 0) {
    const wrapped =
      namespaceTool === 'bwrap'
        ? bubblewrapWords(namespaces, sandbox)
        : namespaceWords(namespaces, account, sandbox);
    const problem =
      namespaceTool === 'bwrap' && !facts.files.exists(BUBBLEWRAP)
        ? `bubblewrap is not installed (${BUBBLEWRAP})`
        : await facts.problem([...wrapped, '/bin/true'], account);
    const names = namespaces.map((name) => NAMESPACE_NAMES[name]);
    if (problem !== undefined)
      throw new IsolationError(
        `this host cannot give user ${account.name} what the agent's option namespaces asks for (${names.join(', ')}): ${problem}`,
      );
    words.push(...wrapped);
    enforced = [...enforced, ...names];
  }
  const observed = report.observed.filter((limit) => !enforced.includes(limit));
  return { words, report: { ...report, enforced, observed } };
}

/**
 * The limit counts all threads of the account on this host, other tasks' and the user's own included, so it
 * stands on top of everything that runs already (fourth field of /proc/loadavg: `running/total`).
 */
function threadsOfHost(files: ControlFiles): number {
  const total = /\/(\d+) /.exec(files.read('/proc/loadavg') ?? '')?.[1];
  return total === undefined ? 0 : Number(total);
}

/** Runs a command to its end as the account it is meant for; why it failed, or undefined. */
export function problemHere(
  words: readonly string[],
  account: UserAccount,
  isRoot: boolean,
  cwd: string,
): Promise<string | undefined> {
  const [command = '', ...rest] = words;
  const identity = isRoot ? { uid: account.uid, gid: account.gid } : {};
  return new Promise((resolve) => {
    execFile(command, rest, { cwd, timeout: 5000, env: {}, ...identity }, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : stderr.trim().split('\n')[0] || error.message.split('\n')[0]);
    });
  });
}
