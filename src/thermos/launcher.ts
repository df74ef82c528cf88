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
  /** The file both sides trust; created when missing, and read from its start. */
  readonly journalPath: string;
  readonly user?: UserAccount;
  /** The whole environment of the coordinators, and so of the commands. */
  readonly environment: ReadonlyMap<string, string>;
  readonly stdin?: number;
  readonly console?: { readonly stdout: number; readonly stderr: number };
  readonly onEvent: (event: CrewEvent) => void;
}

/** The coordinators of one task. */
export interface Crew {
  /** Asks for a start; `assigned` follows when a coordinator has it, or `refused`. */
  launch(order: LaunchOrder): void;
  /** Forgets an order that no coordinator has taken yet; false when one has. */
  withdraw(runId: string): boolean;
  /** The caller has seen to what the run left behind: its coordinator may take another. */
  release(runId: string): void;
  /** Ends idle coordinators; busy ones finish on their own. The journal stays. */
  close(): void;
}

export interface LaunchOrder {
  /** Unique within the task: `NAME-index.run` in digits only, so that nothing needs quoting. */
  readonly runId: string;
  /** Shell text of the run, made by coordinator-script.ts. */
  readonly script: string;
}

export type CrewEvent =
  | { readonly kind: 'assigned'; readonly runId: string; readonly coordinatorPid: number }
  | { readonly kind: 'refused'; readonly runId: string; readonly reason: string }
  | {
      readonly kind: 'started';
      readonly runId: string;
      readonly coordinatorPid: number;
      readonly pid: number;
    }
  | {
      readonly kind: 'exited';
      readonly runId: string;
      /** 0 to 255, or minus the signal that ended the command. */
      readonly status: number;
      /** What the shell said when the command could not start. */
      readonly reason?: string;
    }
  | { readonly kind: 'gone'; readonly coordinatorPid: number };
