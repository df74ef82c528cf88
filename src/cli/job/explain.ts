import type { Explanation } from '../../model/cluster.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import type { Command } from '../command.js';
import { universalOptions, writeJsonOption } from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { instancesArgument } from '../key-arguments.js';
import { connectLocal } from '../local-connection.js';
import { INDENTED_JSON, pythonJson } from '../python-text.js';
import { explanationsText } from './explanation-text.js';

export const explainCommand: Command = {
  spec: {
    path: 'aurora job explain',
    summary: '',
    description:
      'Tell why instances are where they are: for one that waits, what each agent has against it, where it ' +
      'would fit, what smaller one would fit, and whether evicting others would help.',
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
    else console.outRaw(explanationsText(wanted, console.style));
    return EXIT.ok;
  },
};
