import type { JournalEntry } from './journal.js';
import type { UserAccount } from './task-runner-options.js';

/**
 * Starts command lines under coordinators: small shells, each the leader of its own session, that run one
 * command at a time, write its start and its exit status into the task's journal and take the next. They
 * outlive the runner: what they wrote is there for the next one.
 */
export interface Launcher {
  open(options: CrewOptions): Crew;
}

export interface CrewOptions {
  readonly taskId: string;
  /** The file both sides trust; created when missing, and read from its start. */
  readonly journalPath: string;
  readonly user: UserAccount;
  /** The whole environment of the coordinators, and so of the commands. */
  readonly environment: ReadonlyMap<string, string>;
  /** cgroup.procs files that every coordinator is put into, and with it all that it starts. */
  readonly join: readonly string[];
  readonly stdin?: number;
  readonly console?: { readonly stdout: number; readonly stderr: number };
  /** Everything that became known at once, in order. */
  readonly onEvents: (events: readonly CrewEvent[]) => void;
  /** The journal cannot be read or written any more: what the coordinators do stays unknown. */
  readonly onFailure: (error: Error) => void;
}

/** The coordinators of one task. */
export interface Crew {
  /** What the journal said when it was opened: the work of earlier runners' coordinators. */
  readonly history: readonly JournalEntry[];
  /** Asks for starts; `assigned` or `refused` follow, for some of them before this returns. */
  launch(orders: readonly LaunchOrder[]): void;
  /** Forgets every order that no coordinator has taken yet, and tells which. */
  withdrawAll(): string[];
  /** The caller has seen to what the run left behind: its coordinator may take another. */
  release(runId: string): void;
  /** Reads the journal now; what is new is told before this returns. */
  poll(): void;
  /** Ends every coordinator of this crew; `done` comes when none is left. Only when no run is live. */
  disband(done: () => void): void;
  /** Lets go: idle coordinators end, busy ones end after their command. Files stay as they are. */
  close(): void;
}

export interface LaunchOrder {
  /** Unique within the task; digits and a dot, so that nothing needs quoting. */
  readonly runId: string;
  /** Shell text of the run, made by coordinator-script.ts. */
  readonly script: string;
}

export type CrewEvent =
  | {
      readonly kind: 'assigned';
      readonly runId: string;
      readonly coordinatorPid: number;
      readonly coordinatorTicks: number;
    }
  | { readonly kind: 'refused'; readonly runId: string; readonly reason: string }
  | Extract<JournalEntry, { kind: 'started' | 'exited' | 'drained' }>
  /** The coordinator ended before its run did; everything it wrote has been told before. */
  | { readonly kind: 'gone'; readonly coordinatorPid: number };
