import { isDeepStrictEqual } from 'node:util';
import { FakeClock, type Clock } from '../../../src/base/clock.js';
import { silentLogger } from '../../../src/base/logging.js';
import { below, seededRandom, type Random } from '../../../src/base/random.js';
import { isTerminalTaskState, type Task, type TaskState } from '../../../src/model/process.js';
import { readStream } from '../../../src/thermos/checkpoint-stream.js';
import { replay, type RunnerState } from '../../../src/thermos/runner-state.js';
import { Sweeper } from '../../../src/thermos/sweeper.js';
import { TaskRunner } from '../../../src/thermos/task-runner.js';
import type { FailingDisk } from '../../rig/failing-files.js';
import { judge, RUN_LIMIT } from './judge.js';
import { memoryFileSystem, MemoryDisk } from './memory-disk.js';
import { randomTask } from './random-task.js';
import { simulatedLauncher, type Life } from './simulated-launcher.js';
import { World, type CommandRun } from './world.js';

export interface SimulationResult {
  readonly seed: number;
  readonly state: TaskState | undefined;
  readonly lives: number;
  readonly runs: number;
  /** Why the task was broken off, or whom it left behind. */
  readonly reason?: string;
  readonly orphans: readonly number[];
  readonly violations: readonly string[];
}

export interface SimulationOptions {
  /** A disk that forgets the last append of a runner that dies: what such a bug looks like from outside. */
  readonly forgetsLastWrite?: boolean;
  /** The runner lives, its disk fails. */
  readonly failingDisk?: FailingDisk;
  /** Orphans cannot be killed. */
  readonly unkillableOrphans?: boolean;
  /** This task instead of a random one, on a host where nothing goes wrong. */
  readonly task?: Task;
}

const ROOT = '/root-of-checkpoints';
const SANDBOX = '/sandbox';
const CHECKPOINT = `${ROOT}/checkpoints/t/runner`;
const MOST_LIVES = 8;
/** By then somebody has asked for the end of the task, if nothing else brought it. */
const LAST_KILL_MS = 120_000;
const PATIENCE_MS = 3_600_000;
/** A task of eight processes needs a few thousand; more is a busy loop. */
const MOST_EVENTS = 200_000;

/**
 * A random task under the real runner, on a simulated host: the clock jumps from event to event, the runner dies
 * at any change it makes to the disk or any event it hears, and the next one goes on from the checkpoint.
 */
export function runSeed(seed: number, options: SimulationOptions = {}): SimulationResult {
  return new Simulation(seed, options).run();
}

/** Ends a runner in the middle of whatever it does. */
class Death extends Error {}

class Simulation {
  readonly #clock = new FakeClock();
  readonly #disk = new MemoryDisk();
  readonly #random: Random;
  readonly #world: World;
  readonly #task: Task;
  readonly #violations: string[] = [];
  #lives = 0;
  #events = 0;
  #runner: TaskRunner | undefined;
  #life: RunnerLife | undefined;
  /** As the runner last told. */
  #state: TaskState = 'ACTIVE';
  #ended: TaskState | undefined;
  #reason: string | undefined;
  #killed = false;
  #compared: Buffer | undefined;
  /** The checkpoint as the last append but one left it, and as the last did. */
  #previousCheckpoint: Buffer | undefined;
  #checkpoint: Buffer | undefined;

  constructor(
    private readonly seed: number,
    private readonly options: SimulationOptions,
  ) {
    this.#random = seededRandom(seed);
    this.#task = options.task ?? randomTask(this.#random);
    const isCalm = options.task !== undefined;
    const rare = (): number => (isCalm || this.#random.next() < 0.6 ? 0 : this.#random.next() * 0.5);
    this.#world = new World(
      this.#clock,
      this.#random,
      {
        failing: rare(),
        stubborn: rare(),
        orphans: rare(),
        coordinatorDeaths: rare() / 2,
        refusals: rare() / 2,
        longestMs: 10 ** (1 + below(this.#random, 4)),
      },
      this.#task.processes,
      SANDBOX,
    );
    this.#world.hasUnkillableOrphans = options.unkillableOrphans ?? false;
    this.#world.onStart = (run, live) => {
      this.#checkStart(run, live);
    };
  }

  run(): SimulationResult {
    const killMs =
      this.#random.next() < 0.3 && !this.options.task ? below(this.#random, 20_000) : LAST_KILL_MS;
    this.#clock.after(killMs, () => {
      this.#killed = true;
      this.#kill();
    });
    if (this.#random.next() < 0.3) {
      this.#clock.after(below(this.#random, 10_000), () => {
        this.#clock.jumpWall((this.#random.next() - 0.5) * 7_200_000);
      });
    }
    this.#begin();
    while (this.#ended === undefined && this.#clock.monotonicMs() < PATIENCE_MS) {
      const next = this.#clock.nextDelayMs();
      if (next === undefined) break;
      this.#clock.advance(next);
      if (this.#violations.length > 20) break;
    }
    const violations = [...this.#violations, ...this.#world.violations];
    if (this.#ended === undefined) violations.push(`the task does not end: ${this.#runner?.state ?? ''}`);
    else if (this.#reason !== undefined) {
      if (this.#world.left > (this.options.unkillableOrphans ? this.#world.orphans.length : 0))
        violations.push(`${this.#world.left} processes are left`);
    } else {
      violations.push(
        ...judge({
          task: this.#task,
          state: this.#stateOnDisk(),
          world: this.#world,
          ended: this.#ended,
          wasKilled: this.#killed,
          files: [...this.#disk.files.keys()],
        }),
      );
    }
    return this.#result(violations);
  }

  #result(violations: readonly string[]): SimulationResult {
    return {
      seed: this.seed,
      state: this.#ended,
      lives: this.#lives,
      runs: this.#world.runs.length,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      orphans: this.#world.orphans,
      violations,
    };
  }

  /** Starts a runner, the first or one after a death. */
  #begin(): void {
    this.#lives += 1;
    const { failingDisk, unkillableOrphans } = this.options;
    const isLast = this.#lives >= MOST_LIVES || failingDisk !== undefined || unkillableOrphans;
    const steps = isLast ? Number.POSITIVE_INFINITY : 1 + below(this.#random, 2 ** below(this.#random, 11));
    const life = new RunnerLife(this.#clock, steps, () => {
      this.#died();
    });
    this.#life = life;
    const clock: Clock = {
      nowMs: () => this.#clock.nowMs(),
      monotonicMs: () => this.#clock.monotonicMs(),
      after: (delayMs, callback) =>
        this.#clock.after(delayMs, () => {
          this.#events += 1;
          if (this.#events > MOST_EVENTS)
            throw new Error(`seed ${this.seed}: busy at ${this.#clock.monotonicMs()} ms`);
          life.live(callback);
        }),
    };
    const launcher = simulatedLauncher(this.#world, life, (runId) => {
      this.#checkAssignment(runId);
    });
    life.onDeath = () => {
      launcher.release();
    };
    const disk = memoryFileSystem(this.#disk, {
      before: life.step,
      torn: (size) => this.#torn(life, size),
      soon: (callback) => clock.after(below(this.#random, 8), callback),
    });
    life.live(() => {
      const runner = new TaskRunner({
        taskId: 't',
        task: this.#task,
        root: ROOT,
        sandbox: SANDBOX,
        user: { name: 'user', uid: 1000, gid: 1000 },
        ports: new Map(),
        hostname: 'host',
        path: '/bin',
        runLimit: RUN_LIMIT,
        clock,
        fileSystem: this.options.failingDisk?.wrap(disk) ?? disk,
        launcher,
        sweeper: new Sweeper(clock, this.#world.table),
        logger: silentLogger,
        onEvent: (event) => {
          life.step();
          if (event.kind !== 'task') return;
          this.#state = event.state;
          if (!isTerminalTaskState(event.state)) return;
          this.#ended = event.state;
          this.#reason = event.reason;
        },
      });
      this.#runner = runner;
      if (!this.#start(runner)) return;
      if (this.#killed) this.#kill();
      if (isTerminalTaskState(runner.state) && this.#disk.files.has(`${ROOT}/tasks/finished/t`)) {
        this.#ended = runner.state;
      }
    });
    life.afterwards = () => {
      this.#compareWithDisk();
    };
  }

  /** As an agent does: a task whose runner cannot begin is over, and nothing of it is left. */
  #start(runner: TaskRunner): boolean {
    try {
      runner.start();
      return true;
    } catch (error) {
      if (!this.options.failingDisk?.hasFailed) throw error;
      runner.destroy(() => {
        this.#ended = 'LOST';
        this.#reason = (error as Error).message;
      });
      return false;
    }
  }

  #kill(): void {
    const deadlineMs = this.#random.next() < 0.5 ? 1000 : 60_000;
    this.#life?.live(() => {
      this.#runner?.kill({ forced: 'KILLED', deadlineMs });
    });
  }

  #died(): void {
    if (this.options.forgetsLastWrite && this.#previousCheckpoint) {
      this.#disk.files.set(CHECKPOINT, this.#previousCheckpoint);
    }
    this.#clock.after(below(this.#random, 3000), () => {
      if (this.#ended === undefined) this.#begin();
    });
  }

  /** A write is torn only when its writer dies in it. */
  #torn(life: RunnerLife, size: number): number | undefined {
    const bytes = this.#disk.files.get(CHECKPOINT);
    if (bytes !== this.#checkpoint) {
      this.#previousCheckpoint = this.#checkpoint;
      this.#checkpoint = bytes;
    }
    if (!life.isLastStep) {
      life.step();
      return undefined;
    }
    return below(this.#random, size + 1);
  }

  #checkStart(run: CommandRun, live: readonly CommandRun[]): void {
    const process = this.#task.processes[run.index];
    const { maxConcurrency } = this.#task;
    if (this.#world.runs.some((one) => one.runId === run.runId)) this.#violated(`${run.runId} ran twice`);
    if (live.some((one) => one.index === run.index)) {
      this.#violated(`two runs of ${process?.name ?? ''} at once`);
    }
    if (maxConcurrency > 0 && live.length >= maxConcurrency) {
      this.#violated(`${live.length + 1} run at once, at most ${maxConcurrency} may`);
    }
  }

  #checkAssignment(runId: string): void {
    const process = this.#task.processes[Number(runId.split('.')[0])];
    if (!process) return;
    const stage = process.final ? 'FINALIZING' : 'ACTIVE';
    if (this.#state !== stage) this.#violated(`${process.name} is started in ${this.#state}`);
    for (const order of this.#task.constraints) {
      const place = order.indexOf(process.name);
      const before = order[place - 1];
      if (place < 1 || before === undefined || this.#isFinished(before)) continue;
      this.#violated(`${process.name} is started before ${before} has finished`);
    }
  }

  #isFinished(name: string): boolean {
    const index = this.#task.processes.findIndex((one) => one.name === name);
    if (this.#task.processes[index]?.ephemeral) return true;
    return this.#world.runs.some((run) => run.index === index && run.status === 0);
  }

  /** What the runner believes is what the next one would read. */
  #compareWithDisk(): void {
    if (!this.#runner || this.#ended !== undefined) return;
    if (this.options.failingDisk?.hasFailed || this.options.task) return;
    const bytes = this.#disk.files.get(CHECKPOINT);
    if (bytes === this.#compared) return;
    this.#compared = bytes;
    const state = this.#stateOnDisk();
    const onDisk = [...state.processes].map(([name, runs]) => ({
      ...runs.at(-1),
      name,
      run: runs.length - 1,
    }));
    if (!isDeepStrictEqual(this.#runner.processes(), onDisk)) {
      this.#violated(`the checkpoint does not say what the runner knows at ${this.#clock.monotonicMs()} ms`);
    }
    const stage = state.statuses.at(-1)?.state;
    if (stage !== this.#runner.state)
      this.#violated(`the checkpoint says ${stage ?? 'nothing'}, not ${this.#runner.state}`);
  }

  #stateOnDisk(): RunnerState {
    return replay(readStream(this.#disk.files.get(CHECKPOINT) ?? Buffer.alloc(0)).records);
  }

  #violated(what: string): void {
    this.#violations.push(what);
  }
}

/** From the start of a runner to its death, which comes after a number of steps. */
class RunnerLife implements Life {
  isOver = false;
  onDeath: () => void = () => undefined;
  afterwards: () => void = () => undefined;
  readonly #clock: FakeClock;
  readonly #died: () => void;
  #stepsLeft: number;
  #depth = 0;

  constructor(clock: FakeClock, steps: number, died: () => void) {
    this.#clock = clock;
    this.#stepsLeft = steps;
    this.#died = died;
  }

  /** Throws in the middle of what the runner does when its time has come, and ever after. */
  readonly step = (): void => {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft <= 0) {
      this.isOver = true;
      throw new Death('the runner has died');
    }
  };

  get isLastStep(): boolean {
    return this.#stepsLeft <= 1;
  }

  live(body: () => void): void {
    if (this.isOver) return;
    this.#depth += 1;
    try {
      body();
    } catch (error) {
      if (!(error instanceof Death)) throw error;
    } finally {
      this.#depth -= 1;
    }
    if (this.#depth > 0) return;
    if (this.#hasEnded()) {
      this.onDeath();
      this.#died();
    } else this.afterwards();
  }

  /** Whatever ran may have ended it. */
  #hasEnded(): boolean {
    return this.isOver;
  }

  after(delayMs: number, callback: () => void): void {
    this.#clock.after(delayMs, () => {
      this.live(callback);
    });
  }
}
