import type { UserAccount } from '../thermos/task-runner-options.js';
import type { AgentEnvironment } from './agent-environment.js';
import type { LaunchedTask } from './assigned-task.js';
import { PlanError } from './task-plan.js';

const SANDBOX_TIMEOUT_MS = 600_000;
const LARGEST_FETCH = 10 * 1024 ** 3;

/**
 * Makes a task's sandbox and fetches its files into it. Throws SandboxError, FetchError, or PlanError when it
 * takes too long; an abort by the caller ends the fetch early and is no error.
 */
export async function prepareSandbox(
  { createSandbox, fetch }: AgentEnvironment,
  { taskId, fetcherUris, diskMb }: LaunchedTask,
  account: UserAccount | undefined,
  abort: AbortSignal,
): Promise<string> {
  const sandbox = createSandbox(taskId, account);
  if (fetcherUris.length === 0) return sandbox;
  const signal = AbortSignal.any([abort, AbortSignal.timeout(SANDBOX_TIMEOUT_MS)]);
  const limitBytes = diskMb > 0 ? diskMb * 1024 ** 2 : LARGEST_FETCH;
  try {
    await fetch({ uris: fetcherUris, sandbox, owner: account, limitBytes, signal });
  } catch (error) {
    if (abort.aborted) return sandbox;
    if (signal.aborted) throw new PlanError('Timed out waiting for sandbox to initialize!');
    throw error;
  }
  return sandbox;
}
