import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import type { AgentTask } from '../model/agent-protocol.js';
import type { AssignedTask } from '../model/scheduled-task.js';
import { structNamed } from '../thrift/codec.js';
import { complete } from '../thrift/complete.js';
import { loadSchema } from '../thrift/load-schema.js';
import { parseJson } from '../thrift/parse-json.js';
import { fromJson } from '../thrift/simple-json.js';
import { ThriftError } from '../thrift/thrift-error.js';

/** The scheduler makes no other ids; a path is built from them. */
const TASK_ID = /^[\w-]{1,1024}$/;

/**
 * What agents keep of the tasks that they were given: enough to adopt them by a scheduler whose store was
 * lost. `directory` is the agent's; a record that is missing or damaged is left out.
 */
export function readAdoptableTasks(
  files: FileSystem,
  directory: string,
  tasks: readonly AgentTask[],
): Map<string, AssignedTask> {
  const type = structNamed(loadSchema('api.thrift'), 'AssignedTask');
  const found = new Map<string, AssignedTask>();
  for (const { taskId } of tasks) {
    const path = join(directory, 'tasks', taskId, 'launch.json');
    if (!TASK_ID.test(taskId) || !files.exists(path)) continue;
    try {
      const task = complete(type, fromJson(type, parseJson(files.readFile(path)))) as AssignedTask;
      if (task.taskId === taskId) found.set(taskId, task);
    } catch (error) {
      if (!(error instanceof ThriftError)) throw error;
    }
  }
  return found;
}
