import { flag } from '../argument-spec.js';
import { addressOf } from '../../client/scheduler-address.js';
import { DEFAULT_JSON, pythonJson } from '../python-text.js';
import { AdminError, type AdminCommand } from './admin-command.js';

const shellOption = flag(['--sh'], 'Emit a shell script instead of JSON.');
const exportOption = flag(['--export'], 'Emit a shell script prefixed with `export`.');

export const getClusterConfigCommand: AdminCommand = {
  name: 'get_cluster_config',
  usage: '[--sh] [--export] CLUSTER',
  description:
    'Dumps the configuration for CLUSTER. By default we emit a json blob to stdout equivalent to\n' +
    'an entry in clusters.json. With --sh a shell script is written to stdout that can be used\n' +
    "with eval in a script to load the cluster config. With --export the shell script is prefixed\nwith 'export '.",
  options: [shellOption, exportOption],
  counts: [1, 1],
  async run(session) {
    const { args, console } = session;
    const cluster = await session.cluster();
    const entries =
      cluster.kind === 'remote'
        ? cluster.entries
        : new Map<string, unknown>([
            ['name', cluster.name],
            ['scheduler_uri', addressOf(cluster, session.host.files).pagesUrl],
          ]);
    if (args.get(exportOption) && !args.get(shellOption)) throw new AdminError('--export requires --sh');
    if (!args.get(shellOption)) {
      console.stdout.write(pythonJson(entries, DEFAULT_JSON));
      return;
    }
    const prefix = args.get(exportOption) ? 'export ' : '';
    for (const [name, value] of flatten('AURORA_CLUSTER', entries))
      console.out(`${prefix}${name}=${shellQuoted(value)}`);
  },
};

export const getSchedulerCommand: AdminCommand = {
  name: 'get_scheduler',
  usage: 'CLUSTER',
  description: 'Dumps the leading scheduler endpoint URL.',
  options: [],
  counts: [1, 1],
  async run(session) {
    const client = await session.connect();
    session.console.out(`Found leading scheduler at: ${client.address.pagesUrl}`);
  },
};

function* flatten(
  prefix: string,
  entries: Iterable<readonly [string, unknown]>,
): Generator<[string, string]> {
  for (const [key, value] of entries) {
    const name = `${prefix}_${key.toUpperCase()}`;
    if (typeof value === 'object' && value !== null) yield* flatten(name, Object.entries(value));
    else yield [name, String(value)];
  }
}

/** As Python's pipes.quote: words of harmless characters stay bare. */
function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
