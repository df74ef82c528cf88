import { parseTask, taskToJson } from '../../model/process.js';
import { Double } from '../python-text.js';
import { GLOBAL_OPTIONS } from './common.js';
import { ThermosFailure, type ThermosCommand } from './context.js';
import { CONFIG_OPTIONS, loadTask } from './load-task.js';
import { pythonPprint } from './python-pprint.js';

export const inspectCommand: ThermosCommand = {
  name: 'inspect',
  doc: 'Inspect a thermos config and display the evaluated task\n\n    Usage: thermos inspect [options] config\n  ',
  options: [...GLOBAL_OPTIONS, ...CONFIG_OPTIONS],
  async run(options, host) {
    const { json } = await loadTask(options, host);
    const task = parseTask(json);
    if (!task.ok) throw new ThermosFailure(`Invalid task: ${task.error}`, 1);
    const { resources, ...shown } = taskToJson(task.value);
    const cores = task.value.resources?.cpu;
    const withFloat = cores !== undefined && {
      resources: { ...(resources as object), cpu: new Double(cores) },
    };
    host.out(`${pythonPprint({ ...shown, ...withFloat })}\n`);
    return 0;
  },
};
