import type { FileSystem } from '../base/file-system.js';
import type { ProcessState, TaskState } from '../model/process.js';
import { CheckpointError, CheckpointWriter, readCheckpoint, recoverStream } from './checkpoint-file.js';
import type { CheckpointRecord, ProcessStatus, RunnerHeader } from './checkpoint-record.js';
import { frameRecord } from './checkpoint-stream.js';
import { processCheckpoint, runnerCheckpoint } from './paths.js';
import {
  applyRecord,
  emptyRunnerState,
  InvalidTransition,
  nextSequence,
  type RunnerState,
} from './runner-state.js';

/**
 * The checkpoint of one task as its runner sees it: every record is applied to the state and appended to the
 * runner's stream; what a coordinator of the original would have written goes into `coordinator.PROCESS` too.
 */
export class CheckpointLog {
  readonly state: RunnerState = emptyRunnerState();
  readonly #fileSystem: FileSystem;
  readonly #root: string;
  readonly #taskId: string;
  readonly #onFailure: (error: Error) => void;
  readonly #coordinatorRecords = new Map<string, Uint8Array[]>();
  /** Streams of coordinators that an earlier runner may have left with half a record at their end. */
  readonly #uncut = new Set<string>();
  #writer: CheckpointWriter | undefined;

  /** `onFailure` hears of a disk that could not keep what it had taken. */
  constructor(
    fileSystem: FileSystem,
    root: string,
    taskId: string,
    onFailure: (error: Error) => void = throwIt,
  ) {
    this.#onFailure = onFailure;
    this.#fileSystem = fileSystem;
    this.#root = root;
    this.#taskId = taskId;
  }

  /** Replays what is on disk, telling each record that counts. Throws CheckpointError. */
  replay(tell: (record: CheckpointRecord) => void): void {
    for (const record of recoverStream(this.#fileSystem, runnerCheckpoint(this.#root, this.#taskId))) {
      if (
        record.kind === 'process' &&
        record.status.seq !== nextSequence(this.state, record.status.process)
      ) {
        continue;
      }
      this.#apply(record);
      if (record.kind === 'process') this.#uncut.add(record.status.process);
      tell(record);
    }
  }

  open(): void {
    this.#writer = new CheckpointWriter(
      this.#fileSystem,
      runnerCheckpoint(this.#root, this.#taskId),
      this.#onFailure,
    );
  }

  /**
   * Records of a coordinator's own stream that the runner's stream does not have yet. WAITING is only ever in the
   * runner's: where that has lost it, it is put back before the FORKED that must have followed it.
   */
  unreadOf(process: string): ProcessStatus[] {
    const unread: ProcessStatus[] = [];
    let next = nextSequence(this.state, process);
    for (const record of readCheckpoint(
      this.#fileSystem,
      processCheckpoint(this.#root, this.#taskId, process),
    )) {
      if (record.kind !== 'process' || record.status.seq < next) continue;
      const { status } = record;
      if (status.state === 'FORKED' && status.seq === next + 1)
        unread.push({ seq: next++, process, state: 'WAITING' });
      if (status.seq !== next++) break;
      unread.push(status);
    }
    return unread;
  }

  /** Takes over a record that a coordinator of the original wrote into its own stream. */
  adopt(status: ProcessStatus): void {
    this.#append({ kind: 'process', status });
  }

  header(header: RunnerHeader): void {
    this.#append({ kind: 'header', header });
  }

  task(state: TaskState, timestampMs: number, runnerPid: number, runnerUid: number): void {
    this.#append({ kind: 'task', status: { state, timestampMs, runnerPid, runnerUid } });
  }

  /** Appends the next record of a process. Those of a coordinator are FORKED, RUNNING and how it ended. */
  process(
    process: string,
    state: ProcessState,
    fields: Omit<ProcessStatus, 'seq' | 'process' | 'state'>,
    byCoordinator: boolean,
  ): ProcessStatus {
    const status = { seq: nextSequence(this.state, process), process, state, ...fields };
    const frame = this.#append({ kind: 'process', status });
    if (byCoordinator) {
      const frames = this.#coordinatorRecords.get(process) ?? [];
      frames.push(frame);
      this.#coordinatorRecords.set(process, frames);
    }
    return status;
  }

  /** Hands everything to the system; after this a crash of this process loses nothing of it. */
  flush(): void {
    this.#writer?.flush();
    for (const [process, frames] of this.#coordinatorRecords) {
      // FORKED waits for company: a short process then costs one write, not three.
      if (frames.length === 1 && this.state.processes.get(process)?.at(-1)?.state === 'FORKED') continue;
      this.#coordinatorRecords.delete(process);
      const path = processCheckpoint(this.#root, this.#taskId, process);
      // Behind half a record nothing could be read any more.
      if (this.#uncut.delete(process)) recoverStream(this.#fileSystem, path);
      const file = this.#fileSystem.openAppend(path);
      try {
        file.append(Buffer.concat(frames));
      } finally {
        file.close();
      }
    }
  }

  get isDurable(): boolean {
    return this.#writer?.isDurable ?? true;
  }

  whenDurable(done: () => void): void {
    this.flush();
    if (this.#writer) this.#writer.whenDurable(done);
    else done();
  }

  close(): void {
    this.flush();
    this.#writer?.close();
    this.#writer = undefined;
  }

  /** Lets go without writing what is pending; the state stays what it is. */
  abandon(): void {
    this.#coordinatorRecords.clear();
    this.#writer?.abandon();
    this.#writer = undefined;
  }

  /** Whole records that contradict each other are damage, too. */
  #apply(record: CheckpointRecord): void {
    try {
      applyRecord(this.state, record);
    } catch (error) {
      if (!(error instanceof InvalidTransition)) throw error;
      const path = runnerCheckpoint(this.#root, this.#taskId);
      throw new CheckpointError(`Checkpoint ${path} contradicts itself: ${error.message}`);
    }
  }

  /** Returns the record as it stands in the stream. */
  #append(record: CheckpointRecord): Uint8Array {
    this.#apply(record);
    const frame = frameRecord(record);
    this.#writer?.append(frame);
    return frame;
  }
}

function throwIt(error: Error): void {
  throw error;
}
