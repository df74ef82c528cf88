import { DeadlineHeap, type Deadline } from '../base/deadline-heap.js';
import type { Process } from '../model/process.js';
import { CheckpointError } from './checkpoint-file.js';

/**
 * Which processes of one plan may start. Pure: it is told what happened and at what time (milliseconds of a
 * monotonic clock) and answers from that. Every step costs the same however many processes there are.
 *
 *     blocked -> ready -> running -> finished                                 success
 *                  ^         |-----> failed                                   failure or run limit reached
 *                  '- waiting <------ (min_duration after the end of a run)   retry, daemon, killed, lost
 */
export interface PlannedProcess extends Pick<
  Process,
  'name' | 'maxFailures' | 'daemon' | 'ephemeral' | 'minDurationSecs'
> {
  readonly predecessors: readonly string[];
}

type Standing = 'blocked' | 'ready' | 'waiting' | 'running' | 'finished' | 'failed';

interface Entry {
  readonly process: PlannedProcess;
  readonly successors: Entry[];
  unfinishedPredecessors: number;
  standing: Standing;
  failures: number;
  runs: number;
  /** Which of its waits it is in: an older one in the heap does not count any more. */
  waits: number;
}

interface Wait extends Deadline {
  readonly entry: Entry;
  /** Of the entry's waits. */
  readonly number: number;
}

export class Planner {
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they became ready, the task's own order at first. */
  readonly #ready = new Set<Entry>();
  readonly #waits = new DeadlineHeap<Wait>();
  readonly #runLimit: number;
  #waiting = 0;
  #sequence = 0;
  #running = 0;
  #failed = 0;
  /** Processes that completion still needs. */
  #needed = 0;

  constructor(processes: readonly PlannedProcess[], runLimit = Number.POSITIVE_INFINITY) {
    this.#runLimit = runLimit;
    for (const process of processes) {
      this.#entries.set(process.name, {
        process,
        successors: [],
        unfinishedPredecessors: new Set(process.predecessors).size,
        standing: 'blocked',
        failures: 0,
        runs: 0,
        waits: 0,
      });
    }
    for (const entry of this.#entries.values()) {
      for (const name of new Set(entry.process.predecessors)) this.#entry(name).successors.push(entry);
      if (!entry.process.ephemeral) this.#needed += 1;
      if (entry.unfinishedPredecessors === 0) this.#makeReady(entry);
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Whoever has waited long enough is ready. */
  wake(nowMs: number): void {
    for (let next = this.#nextWait(); next && next.dueMs <= nowMs; next = this.#nextWait()) {
      this.#waits.pop();
      this.#waiting -= 1;
      this.#makeReady(next.entry);
    }
  }

  /** Processes that may start now, one at a time: whoever has room for two does not look at ten thousand. */
  *runnable(nowMs: number): Generator<string, void> {
    this.wake(nowMs);
    for (const entry of this.#ready) yield entry.process.name;
  }

  /** When the next process has waited its min_duration, or undefined when none waits. */
  nextReadyMs(): number | undefined {
    return this.#nextWait()?.dueMs;
  }

  started(name: string): void {
    const entry = this.#entry(name);
    this.#leave(entry);
    entry.standing = 'running';
    this.#running += 1;
  }

  succeeded(name: string, nowMs: number): void {
    const entry = this.#ended(name);
    if (entry.runs >= this.#runLimit) this.#fail(entry);
    else if (entry.process.daemon) this.#wait(entry, nowMs);
    else this.#finish(entry);
  }

  failed(name: string, nowMs: number): void {
    const entry = this.#ended(name);
    entry.failures += 1;
    const { maxFailures, ephemeral } = entry.process;
    if (maxFailures !== 0 && entry.failures >= maxFailures) {
      if (ephemeral) this.#finish(entry);
      else this.#fail(entry);
    } else if (entry.runs >= this.#runLimit) this.#fail(entry);
    else this.#wait(entry, nowMs);
  }

  /** Killed or lost: run again, no failure counted. */
  lost(name: string, nowMs: number): void {
    const entry = this.#ended(name);
    if (entry.runs >= this.#runLimit) this.#fail(entry);
    else this.#wait(entry, nowMs);
  }

  /** The run was never started after all. */
  withdrawn(name: string): void {
    const entry = this.#entry(name);
    this.#running -= 1;
    this.#makeReady(entry);
  }

  standingOf(name: string): Standing {
    return this.#entry(name).standing;
  }

  hasPredecessors(name: string): boolean {
    return this.#entry(name).process.predecessors.length > 0;
  }

  get runningCount(): number {
    return this.#running;
  }

  get failedCount(): number {
    return this.#failed;
  }

  /** Everything but ephemeral processes has come to its end. */
  get isComplete(): boolean {
    return this.#needed === 0;
  }

  /** Something is unfinished and nothing can ever move again. */
  get isDeadlocked(): boolean {
    return !this.isComplete && this.#running === 0 && this.#ready.size === 0 && this.#waiting === 0;
  }

  #ended(name: string): Entry {
    const entry = this.#entry(name);
    // Not a mistake of ours alone: a bit turned in a checkpoint gives one process the records of another.
    if (entry.standing !== 'running')
      throw new CheckpointError(
        `The records of ${name} contradict each other: a run ended that the plan holds for ${entry.standing}`,
      );
    this.#running -= 1;
    entry.runs += 1;
    return entry;
  }

  #makeReady(entry: Entry): void {
    entry.standing = 'ready';
    this.#ready.add(entry);
  }

  #wait(entry: Entry, nowMs: number): void {
    entry.standing = 'waiting';
    entry.waits += 1;
    this.#waiting += 1;
    this.#waits.push({
      dueMs: nowMs + entry.process.minDurationSecs * 1000,
      sequence: this.#sequence++,
      entry,
      number: entry.waits,
    });
  }

  /** Waits that were left early are dropped on the way. */
  #nextWait(): Wait | undefined {
    for (;;) {
      const next = this.#waits.first();
      if (!next || (next.entry.standing === 'waiting' && next.entry.waits === next.number)) return next;
      this.#waits.pop();
    }
  }

  #finish(entry: Entry): void {
    entry.standing = 'finished';
    if (!entry.process.ephemeral) this.#needed -= 1;
    for (const successor of entry.successors) {
      successor.unfinishedPredecessors -= 1;
      if (successor.unfinishedPredecessors === 0) this.#makeReady(successor);
    }
  }

  #fail(entry: Entry): void {
    entry.standing = 'failed';
    this.#failed += 1;
    if (!entry.process.ephemeral) this.#needed -= 1;
  }

  #leave(entry: Entry): void {
    this.#ready.delete(entry);
    if (entry.standing === 'waiting') this.#waiting -= 1;
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`no process ${name} in this plan`);
    return entry;
  }
}
