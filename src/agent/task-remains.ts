import { destroyTask } from '../thermos/destroy-task.js';
import type { UserAccount } from '../thermos/task-runner-options.js';
import type { AgentEnvironment, Runner } from './agent-environment.js';

export interface TaskPlace {
  readonly taskId: string;
  /** Thermos' checkpoint root. */
  readonly root: string;
  readonly sandbox: string;
  readonly account: UserAccount | undefined;
}

/** What an earlier agent, or this one's runner, has started must not outlive the task. */
export async function destroyRemains(
  environment: AgentEnvironment,
  { taskId, root, sandbox, account }: TaskPlace,
  runner: Runner | undefined,
): Promise<void> {
  const { fileSystem, sweeper, logger, ownAccount } = environment;
  await new Promise<void>((done) => {
    if (runner) runner.destroy(done);
    else {
      const user = account ?? ownAccount;
      destroyTask({ taskId, root, sandbox, user, fileSystem, sweeper, logger }, done);
    }
  });
}
