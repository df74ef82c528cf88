import type { Explanation, TaskExplanation } from '../../model/cluster.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import type { Command } from '../command.js';
import { universalOptions, writeJsonOption } from '../common-options.js';
import type { Style } from '../style.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { instancesArgument } from '../key-arguments.js';
import { connectLocal } from '../local-connection.js';
import { printable } from '../printable.js';
import { INDENTED_JSON, pythonJson } from '../python-text.js';

export const explainCommand: Command = {
  spec: {
    path: 'aurora job explain',
    summary: '',
    description:
      'Tell why instances are where they are: for one that waits, what each agent has against it, where it ' +
      'would fit, and whether evicting others would help.',
    example: 'aurora job explain cluster1/www-data/devel/hello_world/0',
    parameters: [writeJsonOption, ...universalOptions, instancesArgument],
  },
  async run(context) {
    const { args, console } = context;
    const { key, instances } = args.required(instancesArgument);
    const { api } = await connectLocal(
      context,
      key.cluster,
      'its scheduler gives reasons for pending tasks on its pages only',
    );
    const { tasks } = (await api.get('/cluster/v1/explain', [
      ['role', key.role],
      ['environment', key.environment],
      ['name', key.name],
    ])) as Explanation;
    const wanted = tasks.filter((task) => instances?.includes(task.instanceId) ?? true);
    if (wanted.length === 0)
      throw new CommandError(
        EXIT.invalidParameter,
        `Found no ${instances ? 'such instance' : 'active tasks'} of ${formatClusterJobKey(key)}`,
      );
    if (args.get(writeJsonOption)) console.out(pythonJson(wanted, INDENTED_JSON));
    else console.outRaw(wanted.map((task) => explanationText(task, console.style)).join('\n\n'));
    return EXIT.ok;
  },
};

function explanationText(task: TaskExplanation, style: Style): string {
  const fitting = task.agents.filter((agent) => agent.vetoes.length === 0).map((agent) => agent.host);
  const lines = [`${style.bold(`instance ${task.instanceId}`)}  ${task.status}`];
  if (task.status !== 'PENDING') {
    lines.push(`  ${task.reason === '' ? 'it is placed already' : printable(task.reason)}`);
    return lines.join('\n');
  }
  if (task.reason !== '') lines.push(`  waits because: ${style.warning(printable(task.reason))}`);
  lines.push(
    fitting.length > 0
      ? `  fits now on: ${fitting.join(', ')}`
      : `  fits on none of ${task.agents.length} agents: ${vetoSummary(task)}`,
  );
  for (const { host, vetoes } of task.agents)
    lines.push(`    ${host}: ${vetoes.length === 0 ? style.good('fits') : printable(vetoes.join(', '))}`);
  lines.push(
    task.preemption
      ? `  preemption would free room on ${task.preemption.host} by evicting ${task.preemption.victims.join(', ')}`
      : '  preemption would not help',
  );
  return lines.join('\n');
}

/** `Insufficient: ram on 3, Host draining on 1`: the most frequent first. */
function vetoSummary(task: TaskExplanation): string {
  const counts = new Map<string, number>();
  for (const { vetoes } of task.agents)
    for (const veto of vetoes) counts.set(veto, (counts.get(veto) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([veto, count]) => printable(`${veto} on ${count}`))
    .join(', ');
}
