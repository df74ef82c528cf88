import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFileSystem } from '../../src/base/file-system.js';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import type { AgentProcess } from '../../src/model/agent-protocol.js';
import { checkInvariants } from '../../src/scheduler/invariants.js';
import { recoverStore } from '../../src/storage/recover.js';
import { stateDigest } from '../../src/storage/snapshot.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import type { Store } from '../../src/storage/store.js';
import { buildPrograms } from '../rig/built-programs.js';
import { liveCommands, tasksOf } from '../rig/test-cluster-tasks.js';
import { agentDefinition, eventually, TestCluster } from '../rig/test-cluster.js';
import { Ledger, type LedgerJob } from './kill-torture-ledger.js';

export interface KillTortureOptions {
  /** How often the daemon is killed with -9 under load. */
  readonly kills: number;
  readonly seed?: number;
  readonly log?: (line: string) => void;
}

export interface KillTortureReport {
  readonly kills: number;
  /** Changes that the scheduler had acknowledged, and those whose answer the kill cut off. */
  readonly acknowledged: number;
  readonly unknown: number;
  /** From the start of the process until the API answers, process start included. */
  readonly recoveryMs: { readonly median: number; readonly most: number };
  /** Empty when everything held; each says the round and what was wrong. */
  readonly violations: readonly string[];
}

const HOSTS = ['one', 'two', 'three'];
const WORKERS = 3;
const LONGEST_LIFE_MS = 1200;

/**
 * Kills the scheduler at random moments while clients create and kill jobs and set quotas, sometimes an agent
 * too. While it is dead its store is read: everything acknowledged is there, everything else is there whole
 * or not at all, and the invariants hold. In the end the cluster must run exactly what it was told to.
 */
export async function runKillTorture(options: KillTortureOptions): Promise<KillTortureReport> {
  const programs = await buildPrograms();
  const cluster = new TestCluster(
    programs.directory,
    HOSTS.map((host) => agentDefinition(host)),
    { options: [['agent_ping_interval', '500ms']] },
  );
  try {
    return await new KillTorture(cluster, options).run();
  } finally {
    await cluster.dispose();
    programs.dispose();
  }
}

class KillTorture {
  readonly #ledger = new Ledger(`8${process.pid}`);
  readonly #violations: string[] = [];
  readonly #recoveriesMs: number[] = [];
  readonly #random: Random;
  #round = 0;

  constructor(
    private readonly cluster: TestCluster,
    private readonly options: KillTortureOptions,
  ) {
    this.#random = seededRandom(options.seed ?? 1);
  }

  async run(): Promise<KillTortureReport> {
    const { kills, log } = this.options;
    for (this.#round = 1; this.#round <= kills; this.#round++) {
      await this.#start();
      const load = Promise.all(Array.from({ length: WORKERS }, () => this.#work()));
      await wait(below(this.#random, LONGEST_LIFE_MS));
      if (below(this.#random, 3) === 0) this.#killAgent();
      await this.cluster.killDaemon();
      await load;
      this.#checkStore();
      this.#checkProcesses();
      log?.(`kill ${this.#round}: ${this.#ledger.jobs.length} jobs, ${this.#violations.length} violations`);
    }
    await this.#start();
    await this.#converge();
    const sorted = [...this.#recoveriesMs].sort((a, b) => a - b);
    return {
      kills,
      acknowledged: this.#ledger.acknowledged,
      unknown: this.#ledger.unknown,
      recoveryMs: { median: sorted[sorted.length >> 1] ?? 0, most: sorted.at(-1) ?? 0 },
      violations: this.#violations,
    };
  }

  async #start(): Promise<void> {
    const startMs = performance.now();
    await this.cluster.start();
    await this.cluster.call('getRoleSummary', {});
    this.#recoveriesMs.push(performance.now() - startMs);
  }

  /** One client, until its scheduler is gone. */
  async #work(): Promise<void> {
    for (;;) {
      const change = this.#ledger.nextChange(this.#random);
      try {
        const response = await change.send((method, args) => this.cluster.call(method, args));
        if (response.responseCode !== 'OK')
          this.#report(`${change.what}: ${JSON.stringify(response.details)}`);
        change.acknowledged();
      } catch {
        change.unanswered();
        return;
      }
    }
  }

  #killAgent(): void {
    const host = HOSTS[below(this.#random, HOSTS.length)] ?? '';
    try {
      const path = join(this.cluster.home, 'agents', host, 'agent.json');
      process.kill((JSON.parse(readFileSync(path, 'utf8')) as AgentProcess).pid, 'SIGKILL');
    } catch {
      // It had not started yet.
    }
  }

  /** Nobody has the store now: it is read as the next scheduler will read it. */
  #checkStore(): void {
    const store = this.#readStore();
    for (const { invariant, message } of checkInvariants(store)) this.#report(`${invariant}: ${message}`);
    if (stateDigest(this.#readStore()) !== stateDigest(store)) this.#report('I13: two replays differ');
    for (const problem of this.#ledger.compare(store)) this.#report(problem);
  }

  #readStore(): Store {
    const persistence = openSqlitePersistence({ directory: this.cluster.home, fileSystem: diskFileSystem });
    try {
      return recoverStore(persistence);
    } finally {
      persistence.close();
    }
  }

  /** I3: never two processes of one instance. */
  #checkProcesses(): void {
    const commands = liveCommands();
    for (const job of this.#ledger.jobs) {
      const live = commands.filter((command) => command.includes(job.mark)).length;
      if (live > job.instances)
        this.#report(`I3: ${job.key.name} has ${live} processes for ${job.instances} instances`);
    }
  }

  /** I7 and I10: with the faults ended everything runs that should, and nothing when it should not. */
  async #converge(): Promise<void> {
    for (const job of this.#ledger.jobs)
      await this.#expect(`${job.key.name} runs as told`, () => this.#runsAsTold(job));
    for (const job of this.#ledger.jobs.filter(({ state }) => state === 'live'))
      await this.cluster.call('killTasks', { job: job.key });
    for (const job of this.#ledger.jobs)
      await this.#expect(`${job.key.name} is gone`, async () => liveCommandsWith(job.mark) === 0);
  }

  async #runsAsTold(job: LedgerJob): Promise<boolean> {
    const wanted = job.state === 'live' ? job.instances : 0;
    const running = await tasksOf(this.cluster, { jobKeys: [job.key], statuses: ['RUNNING'] });
    return running.length === wanted && liveCommandsWith(job.mark) === wanted;
  }

  async #expect(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    try {
      await eventually(what, async () => ((await isTrue()) ? true : undefined), 90_000);
    } catch (error) {
      this.#report(`I7: ${(error as Error).message}`);
    }
  }

  #report(problem: string): void {
    this.#violations.push(`round ${this.#round}: ${problem}`);
  }
}

function liveCommandsWith(mark: string): number {
  return liveCommands().filter((command) => command.includes(mark)).length;
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
