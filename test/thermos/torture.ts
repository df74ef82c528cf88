import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import { isTerminalTaskState } from '../../src/model/process.js';
import { readStream } from '../../src/thermos/checkpoint-stream.js';
import { systemProcessTable } from '../../src/thermos/process-table.js';
import { replay, type RunnerState } from '../../src/thermos/runner-state.js';

export interface TortureOptions {
  readonly rounds: number;
  readonly seed?: number;
  /** One kind of round after the other; all of them by default. */
  readonly kinds?: readonly Kind[];
  /** The built command. */
  readonly program?: string;
  readonly log?: (line: string) => void;
}

export interface TortureReport {
  readonly rounds: number;
  readonly seed: number;
  /** SIGKILLs sent, by target. */
  readonly kills: Readonly<Record<Target, number>>;
  readonly violations: readonly string[];
}

type Target = 'runner' | 'coordinator' | 'command' | 'stopped' | 'damaged' | 'starved';

/**
 *     runner    SIGKILL to the runner at random moments
 *     all       to a coordinator or a command that runs, too
 *     stops     SIGSTOP to one of them for a while
 *     starved   the runner has hardly any file descriptors
 *     damage    a bit of the checkpoint is turned, or its end cut off, while no runner lives
 */
const KINDS = ['runner', 'all', 'runner', 'stops', 'starved', 'damage'] as const;
type Kind = (typeof KINDS)[number];

/**
 * Does harm to the runners of real tasks at random moments, and starts them again until the task is over. Whatever
 * was killed: no process runs twice at once or without a record, no exit code is lost, nothing is left.
 */
export async function runThermosTorture(options: TortureOptions): Promise<TortureReport> {
  const { rounds, seed = 1, kinds = KINDS } = options;
  const program = options.program ?? join(packageRoot(), 'dist', 'thermos.cjs');
  const kills = { runner: 0, coordinator: 0, command: 0, stopped: 0, damaged: 0, starved: 0 };
  const violations: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const kind = kinds[round % kinds.length] ?? 'runner';
    const one = new Round(program, seededRandom(seed + round), kind, kills);
    try {
      const found = await one.run();
      for (const violation of found) options.log?.(violation);
      if (found.length > 0) options.log?.(`the runners said: ${one.errors}`);
      if (round % 10 === 9)
        options.log?.(`round ${round + 1}: ${violations.length + found.length} violations`);
      for (const violation of found) violations.push(`round ${round} (${kind}), seed ${seed}: ${violation}`);
      if (found.length > 0) violations.push(`the runners said: ${one.errors}`);
    } finally {
      one.remove();
    }
  }
  return { rounds, seed, kills, violations };
}

const MOST_KILLS = 6;
/** A task takes a fraction of this; one that does not end is a violation, not a hang. */
const PATIENCE_MS = 60_000;

/** Steps append to `trace` when they begin and end; `mkdir` refuses a second one at the same time. */
function step(name: string, more = ''): Record<string, unknown> {
  const cmdline = `echo "${name} begin" >> trace; mkdir lock.${name} || echo "${name} overlap" >> trace; sleep 0.0$((RANDOM % 9 + 1)); rmdir lock.${name}; echo "${name} end" >> trace; ${more}`;
  return { name, cmdline, min_duration: 0, max_failures: 3 };
}

const TASK = {
  name: 'torture',
  processes: [
    step('a'),
    step('b', '[ -f b.failed ] || { touch b.failed; exit 3; }'),
    step('c', '(setsid sleep 5 &); sleep 4 &'),
    { ...step('fin'), final: true },
  ],
  constraints: [{ order: ['a', 'b', 'c'] }],
  finalization_wait: 30,
};

class Round {
  readonly #directory = mkdtempSync(join(tmpdir(), 'thermos-torture-'));
  readonly #sandbox = join(this.#directory, 'sandbox');
  readonly #root = join(this.#directory, 'root');
  readonly #stderr = join(this.#directory, 'stderr');
  #isDamaged = false;
  #runner: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly random: Random,
    private readonly kind: Kind,
    private readonly kills: Record<Target, number>,
  ) {}

  async run(): Promise<string[]> {
    mkdirSync(this.#sandbox);
    writeFileSync(join(this.#directory, 'task.json'), JSON.stringify(TASK));
    const deadline = Date.now() + PATIENCE_MS;
    for (let killed = 0; ; killed++) {
      const ended = this.#start(this.kind === 'starved' && killed < 2);
      if (killed < MOST_KILLS) await Promise.race([ended, pause(150 + below(this.random, 400))]);
      else await Promise.race([ended, pause(Math.max(0, deadline - Date.now()))]);
      if (this.#isOver()) {
        await ended;
        return this.#judge();
      }
      if (this.#isRefused()) return this.#judgeRefusal();
      if (Date.now() >= deadline) return [`the task does not end: ${this.#describe()}`];
      await this.#harm();
      this.#endRunner();
      await ended;
      if (this.kind === 'damage' && killed === 1) this.#damage();
    }
  }

  /** What the runners wrote to their stderr, the last of it. */
  get errors(): string {
    return existsSync(this.#stderr) ? readFileSync(this.#stderr, 'utf8').slice(-2000) : '';
  }

  #describe(): string {
    const runs = [...(this.#state()?.processes ?? [])].map(
      ([name, all]) => `${name} ${all.map((run) => run.state).join('|')}`,
    );
    const alive = this.#leftovers().map((pid) => {
      const info = systemProcessTable.lookUp(pid);
      return `${pid} ${info?.state ?? ''} of ${info?.session ?? ''}: ${systemProcessTable.commandLine(pid)?.join(' ') ?? ''}`;
    });
    const stages = this.#state()?.statuses.map((status) => status.state) ?? [];
    const { pid = 0, exitCode = null } = this.#runner ?? {};
    const runner = `runner ${pid}, exit ${exitCode}, state ${systemProcessTable.lookUp(pid)?.state ?? 'gone'}`;
    return [stages.join(), ...runs, ...alive, runner].join('\n');
  }

  /** Only the runner was harmed, and in a way that loses nothing. */
  get #isLossless(): boolean {
    return this.kind === 'runner' || this.kind === 'stops';
  }

  #endRunner(): void {
    if (this.#runner?.exitCode === null && this.#runner.signalCode === null) {
      this.kills.runner += 1;
      this.#runner.kill('SIGKILL');
    }
  }

  remove(): void {
    this.#runner?.kill('SIGKILL');
    for (const pid of this.#leftovers()) systemProcessTable.signal(pid, 'SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #start(isStarved: boolean): Promise<void> {
    const options = [`--root=${this.#root}`, `--sandbox=${this.#sandbox}`, '--task_id=t', '--json'];
    const words = [process.execPath, this.program, 'run', ...options, join(this.#directory, 'task.json')];
    // A little more than node itself needs to come up.
    const limit = isStarved ? `ulimit -n ${22 + below(this.random, 16)};` : '';
    if (isStarved) this.kills.starved += 1;
    const stderr = openSync(this.#stderr, 'a');
    const runner = spawn('/bin/sh', ['-c', `${limit} exec "$@"`, 'sh', ...words], {
      stdio: ['ignore', 'ignore', stderr],
    });
    closeSync(stderr);
    this.#runner = runner;
    await new Promise<void>((done) => {
      runner.on('exit', () => {
        done();
      });
    });
  }

  async #harm(): Promise<void> {
    if (this.kind !== 'all' && this.kind !== 'stops') return;
    const targets = ['runner', 'coordinator', 'command'] as const;
    const target = targets[below(this.random, targets.length)] ?? 'runner';
    const pid = target === 'runner' ? this.#runner?.pid : await this.#runningPid(target);
    if (pid === undefined) return;
    if (this.kind === 'all') {
      if (target !== 'runner' && systemProcessTable.signal(pid, 'SIGKILL')) this.kills[target] += 1;
      return;
    }
    if (!systemProcessTable.signal(pid, 'SIGSTOP')) return;
    this.kills.stopped += 1;
    await pause(50 + below(this.random, 300));
    systemProcessTable.signal(pid, 'SIGCONT');
    await pause(below(this.random, 100));
  }

  /** Of a process whose command runs now, as soon as there is one. */
  async #runningPid(target: 'coordinator' | 'command'): Promise<number | undefined> {
    for (let look = 0; look < 100; look++) {
      for (const runs of this.#state()?.processes.values() ?? []) {
        const last = runs.at(-1);
        if (last?.state !== 'RUNNING') continue;
        const pid = target === 'command' ? last.pid : last.coordinatorPid;
        if (pid !== undefined && systemProcessTable.environmentValue(pid, 'HOME') === this.#sandbox)
          return pid;
      }
      await pause(10);
    }
    return undefined;
  }

  #damage(): void {
    const path = join(this.#root, 'checkpoints/t/runner');
    if (!existsSync(path)) return;
    const bytes = readFileSync(path);
    if (bytes.length === 0) return;
    const place = below(this.random, bytes.length);
    this.kills.damaged += 1;
    this.#isDamaged = true;
    if (below(this.random, 3) === 0) writeFileSync(path, bytes.subarray(0, place));
    else {
      bytes[place] = (bytes[place] ?? 0) ^ (1 << below(this.random, 8));
      writeFileSync(path, bytes);
    }
  }

  /** A runner that says no to a damaged checkpoint leaves it to a person to decide. */
  #isRefused(): boolean {
    return this.#isDamaged && this.#runner?.exitCode !== null && this.#runner?.exitCode !== 0;
  }

  #judgeRefusal(): string[] {
    return /^ +at /m.test(this.errors) ? ['a damaged checkpoint makes it crash'] : [];
  }

  #judge(): string[] {
    const violations: string[] = [];
    const state = this.#state();
    const trace = existsSync(join(this.#sandbox, 'trace'))
      ? readFileSync(join(this.#sandbox, 'trace'), 'utf8').split('\n')
      : [];
    if (/^ +at /m.test(this.errors)) violations.push('a runner crashed');
    if (this.#isDamaged) return violations;
    if (state?.statuses.at(-1)?.state !== 'SUCCESS' && this.#isLossless) {
      violations.push(`the task ended ${state?.statuses.at(-1)?.state ?? 'nowhere'}`);
    }
    for (const [name, runs] of state?.processes ?? []) {
      const begun = trace.filter((line) => line === `${name} begin`).length;
      const known = runs.filter((run) => run.state !== 'LOST').length;
      if (begun > runs.length) violations.push(`${name} began ${begun} times in ${runs.length} runs`);
      if (this.#isLossless && begun !== known) {
        violations.push(`${name} began ${begun} times, but ${known} of its runs have an end`);
      }
    }
    if (this.#isLossless && trace.some((line) => line.endsWith('overlap'))) {
      violations.push('a process ran twice at once');
    }
    const codes = state?.processes.get('b')?.map((run) => run.returnCode) ?? [];
    if (this.#isLossless && !codes.includes(3)) violations.push(`b's exit code 3 is lost: ${codes.join()}`);
    const left = this.#leftovers();
    if (left.length > 0)
      violations.push(
        `left: ${left.map((pid) => systemProcessTable.commandLine(pid)?.join(' ')).join('; ')}`,
      );
    const files = readdirSync(join(this.#root, 'checkpoints/t')).filter(
      (name) => name !== 'runner' && !name.startsWith('coordinator.'),
    );
    if (files.length > 0) violations.push(`files left: ${files.join()}`);
    return violations;
  }

  #isOver(): boolean {
    const state = this.#state()?.statuses.at(-1)?.state;
    return (
      state !== undefined && isTerminalTaskState(state) && existsSync(join(this.#root, 'tasks/finished/t'))
    );
  }

  #state(): RunnerState | undefined {
    const path = join(this.#root, 'checkpoints/t/runner');
    return existsSync(path) ? replay(readStream(readFileSync(path)).records) : undefined;
  }

  #leftovers(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => systemProcessTable.environmentValue(pid, 'HOME') === this.#sandbox);
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
