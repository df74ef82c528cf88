import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
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
  /** The built command. */
  readonly program?: string;
}

export interface TortureReport {
  readonly rounds: number;
  readonly seed: number;
  /** SIGKILLs sent, by target. */
  readonly kills: Readonly<Record<Target, number>>;
  readonly violations: readonly string[];
}

type Target = 'runner' | 'coordinator' | 'command';

/**
 * Kills runners of real tasks with -9 at random moments, in some rounds their coordinators and commands too,
 * and starts them again until the task is over. Whatever was killed: no process runs twice at once or without
 * a record, no exit code is lost, nothing is left.
 */
export async function runThermosTorture(options: TortureOptions): Promise<TortureReport> {
  const { rounds, seed = 1 } = options;
  const program = options.program ?? join(packageRoot(), 'dist', 'thermos.cjs');
  const kills = { runner: 0, coordinator: 0, command: 0 };
  const violations: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = new Round(program, seededRandom(seed + round), round % 3 === 2, kills);
    try {
      for (const violation of await one.run()) violations.push(`round ${round}, seed ${seed}: ${violation}`);
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
  #runner: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly random: Random,
    /** Only the runner is killed otherwise, and then nothing may be lost at all. */
    private readonly killsAll: boolean,
    private readonly kills: Record<Target, number>,
  ) {}

  async run(): Promise<string[]> {
    mkdirSync(this.#sandbox);
    writeFileSync(join(this.#directory, 'task.json'), JSON.stringify(TASK));
    const deadline = Date.now() + PATIENCE_MS;
    for (let killed = 0; ; killed++) {
      const ended = this.#start();
      if (killed < MOST_KILLS) await Promise.race([ended, pause(150 + below(this.random, 400))]);
      else await Promise.race([ended, pause(Math.max(0, deadline - Date.now()))]);
      if (this.#isOver()) {
        await ended;
        return this.#judge();
      }
      if (Date.now() >= deadline) return ['the task does not end'];
      this.#kill();
      if (this.#runner?.exitCode === null && this.#runner.signalCode === null) this.#runner.kill('SIGKILL');
      await ended;
    }
  }

  remove(): void {
    this.#runner?.kill('SIGKILL');
    for (const pid of this.#leftovers()) systemProcessTable.signal(pid, 'SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const options = [`--root=${this.#root}`, `--sandbox=${this.#sandbox}`, '--task_id=t', '--json'];
    const words = [this.program, 'run', ...options, join(this.#directory, 'task.json')];
    const runner = spawn(process.execPath, words, { stdio: 'ignore' });
    this.#runner = runner;
    await new Promise<void>((done) => {
      runner.on('exit', () => {
        done();
      });
    });
  }

  #kill(): void {
    const targets: Target[] = this.killsAll ? ['runner', 'coordinator', 'command'] : ['runner'];
    const target = targets[below(this.random, targets.length)] ?? 'runner';
    if (target === 'runner') {
      if (this.#runner?.kill('SIGKILL')) this.kills.runner += 1;
      return;
    }
    for (const runs of this.#state()?.processes.values() ?? []) {
      const last = runs.at(-1);
      if (last?.state !== 'RUNNING') continue;
      const pid = target === 'command' ? last.pid : last.coordinatorPid;
      const isOurs = pid !== undefined && systemProcessTable.environmentValue(pid, 'HOME') === this.#sandbox;
      if (isOurs && systemProcessTable.signal(pid, 'SIGKILL')) this.kills[target] += 1;
    }
  }

  #judge(): string[] {
    const violations: string[] = [];
    const state = this.#state();
    const trace = existsSync(join(this.#sandbox, 'trace'))
      ? readFileSync(join(this.#sandbox, 'trace'), 'utf8').split('\n')
      : [];
    if (state?.statuses.at(-1)?.state !== 'SUCCESS' && !this.killsAll) {
      violations.push(`the task ended ${state?.statuses.at(-1)?.state ?? 'nowhere'}`);
    }
    for (const [name, runs] of state?.processes ?? []) {
      const begun = trace.filter((line) => line === `${name} begin`).length;
      const known = runs.filter((run) => run.state !== 'LOST').length;
      if (begun > runs.length) violations.push(`${name} began ${begun} times in ${runs.length} runs`);
      if (!this.killsAll && begun !== known) {
        violations.push(`${name} began ${begun} times, but ${known} of its runs have an end`);
      }
    }
    if (!this.killsAll && trace.some((line) => line.endsWith('overlap'))) {
      violations.push('a process ran twice at once');
    }
    const codes = state?.processes.get('b')?.map((run) => run.returnCode) ?? [];
    if (!this.killsAll && !codes.includes(3)) violations.push(`b's exit code 3 is lost: ${codes.join()}`);
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
