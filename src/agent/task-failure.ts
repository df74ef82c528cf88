import { InvalidTask } from '../thermos/task-files.js';
import { FetchError } from './fetcher/fetch-error.js';
import { IsolationError } from './isolation/command-prefix.js';
import { SandboxError } from './sandbox.js';
import type { TerminalCheck } from './status-chain.js';
import { NOT_DESERIALIZED, PlanError } from './task-plan.js';

/** A failure that the task or its user has brought about, as opposed to one of the agent's own. */
export function isExpectedFailure(error: unknown): boolean {
  return [PlanError, SandboxError, FetchError, IsolationError].some((kind) => error instanceof kind);
}

/** The last update of a task that could not be started. */
export function initializationFailure(error: unknown, running: boolean): TerminalCheck {
  const failed = (message: string): TerminalCheck => ({ kind: 'TERMINAL', status: 'FAILED', message });
  if (error instanceof PlanError) return failed(error.message);
  if (error instanceof InvalidTask) return failed(`${NOT_DESERIALIZED}Got invalid task: ${error.message}`);
  if (error instanceof IsolationError) return failed(`Task initialization failed: ${error.message}`);
  if (error instanceof SandboxError) return failed(`Failed to initialize sandbox: ${error.message}`);
  if (error instanceof FetchError)
    return failed(`Failed to initialize sandbox: Failed to fetch: ${error.message}`);
  const text = error instanceof Error ? error.message : String(error);
  return failed(
    running ? `Task initialization failed: ${text}` : `Unknown exception initializing sandbox: ${text}`,
  );
}
