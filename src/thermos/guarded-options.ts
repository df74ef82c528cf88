import type { Crew, CrewOptions } from './launcher.js';
import type { TaskRunnerOptions } from './task-runner-options.js';

/** Runs one thing that the runner was called back for, and sees to what goes wrong in it. */
export type Attempt = (step: () => void) => void;

/**
 * The same options with every callback through which the world reaches the runner led through `attempt`: what a
 * full disk throws in the middle of one task's work must not reach the loop that all tasks share.
 */
export function guardOptions(options: TaskRunnerOptions, attempt: Attempt): TaskRunnerOptions {
  const { clock, sweeper } = options;
  const guarded =
    <T>(callback: (value: T) => void): ((value: T) => void) =>
    (value) => {
      attempt(() => {
        callback(value);
      });
    };
  return {
    ...options,
    clock: {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs, callback) =>
        clock.after(delayMs, () => {
          attempt(callback);
        }),
    },
    sweeper: {
      table: sweeper.table,
      signal: (info, signal) => sweeper.signal(info, signal),
      inspect: (look, delayMs) => {
        sweeper.inspect(guarded(look), delayMs);
      },
      sweep: (find, done) => {
        sweeper.sweep(find, guarded(done));
      },
    },
    launcher: {
      open: (crewOptions) => openGuarded(options, crewOptions, attempt),
    },
  };
}

function openGuarded({ launcher }: TaskRunnerOptions, options: CrewOptions, attempt: Attempt): Crew {
  return launcher.open({
    ...options,
    onEvents: (events) => {
      attempt(() => {
        options.onEvents(events);
      });
    },
    onFailure: (error) => {
      attempt(() => {
        options.onFailure(error);
      });
    },
  });
}
