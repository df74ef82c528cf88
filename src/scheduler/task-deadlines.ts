import type { Core } from './core.js';
import { changeState, killOnAgent } from './state-manager.js';

/** A task's time is up: for its flapping penalty, its partition, one attempt to kill it, its transient state. */
export type TaskDeadline = 'unthrottle' | 'partition' | 'kill' | 'transient';

export function deadlineReached(core: Core, deadline: TaskDeadline, taskId: string): void {
  switch (deadline) {
    case 'unthrottle':
      changeState(core, taskId, 'PENDING', { expected: 'THROTTLED' });
      return;
    case 'partition':
      changeState(core, taskId, 'LOST', {
        expected: 'PARTITIONED',
        message: 'Task partitioned for too long.',
      });
      return;
    case 'kill':
      core.stats.count('task_kill_retries');
      killOnAgent(core, core.store.task(taskId)?.assignedTask.slaveId, taskId);
      return;
    case 'transient':
      core.stats.count('timed_out_tasks');
      changeState(core, taskId, 'LOST', { message: 'Task timed out' });
      return;
  }
}
