import { isAbsolute, join } from 'node:path';
import { sleep } from '../../client/interruption.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import type { SlaLimit } from '../../client/host-sla.js';
import { textOption } from '../argument-spec.js';
import { AdminError, setText, type AdminCommand, type AdminSession } from './admin-command.js';
import { maintenanceStatus, startMaintenance } from './host-commands.js';
import { filenameOption, groupHosts, groupingOption, hostsOption, readHosts } from './host-options.js';
import { probeTasks } from './probe-tasks.js';
import { probeLine, readLimit } from './sla-commands.js';

const scriptOption = textOption(['--post_drain_script'], {
  metavar: 'PATH',
  help: 'Path to a script to run for each host if needed.',
});
const overridePercentageOption = textOption(['--override_percentage'], {
  metavar: 'PERCENTAGE',
  help: 'Percentage of tasks required to be up all the time, instead of 95.',
});
const overrideDurationOption = textOption(['--override_duration'], {
  metavar: 'DURATION',
  help: 'Time interval for the percentage of up tasks, instead of 30m.',
});
const overrideReasonOption = textOption(['--override_reason'], {
  metavar: 'REASON',
  help: 'Why the SLA is overridden.',
});
const unsafeFileOption = textOption(['--unsafe_hosts_file'], {
  metavar: 'FILENAME',
  help: 'Output file to write host names that did not pass SLA check.',
});

/** Jobs with fewer instances do not stop a drain. */
const MIN_INSTANCES = 20;
const DEFAULT_LIMIT: SlaLimit = { percentage: 95, durationSecs: 1800 };
const POLL_MS = 5_000;
const DRAIN_LIMIT_MS = 300_000;

export const hostDrainCommand: AdminCommand = {
  name: 'host_drain',
  usage:
    '{--filename=filename | --hosts=hosts}\n[--post_drain_script=path]\n[--grouping=function]\n' +
    '[--override_percentage=percentage]\n[--override_duration=duration]\n[--override_reason=reason]\n' +
    '[--unsafe_hosts_file=unsafe_hosts_filename]\ncluster',
  description:
    'Starts maintenance on the hosts, then drains them, group by group: their tasks are killed and started\n' +
    'elsewhere, unless that would break the SLA of a production job. The hosts stay in maintenance mode: use\n' +
    'host_activate to have tasks placed on them again.',
  options: [
    filenameOption,
    hostsOption,
    scriptOption,
    groupingOption,
    overridePercentageOption,
    overrideDurationOption,
    overrideReasonOption,
    unsafeFileOption,
  ],
  counts: [1, 1],
  async run(session) {
    const hosts = readHosts(session);
    const limit = readOverride(session);
    groupHosts(session, hosts);
    const script = scriptPath(session);
    const client = await session.connect();
    const known = await startMaintenance(session, client, hosts);
    const undrained = hosts.filter((host) => !known.includes(host));
    for (const group of groupHosts(session, known).values())
      undrained.push(...(await drainGroup(session, client, group, limit, script)));
    reportUndrained(session, undrained.sort());
  },
};

function readOverride(session: AdminSession): SlaLimit {
  const { args } = session;
  const percentage = args.get(overridePercentageOption);
  const duration = args.get(overrideDurationOption);
  const reason = args.get(overrideReasonOption);
  if (percentage === undefined && duration === undefined && reason === undefined) return DEFAULT_LIMIT;
  if (percentage === undefined || duration === undefined || reason === undefined)
    throw new AdminError(
      'All --override_* options are required when attempting to override default SLA values.',
    );
  return readLimit(session, percentage, duration);
}

function scriptPath(session: AdminSession): string | undefined {
  const script = session.args.get(scriptOption);
  if (script === undefined) return undefined;
  const path = isAbsolute(script) ? script : join(session.host.workingDirectory, script);
  if (!session.host.files.exists(path)) throw new AdminError(`No such file: ${script}`);
  return path;
}

/** Drains the hosts of one group together; the result is those that were not. */
async function drainGroup(
  session: AdminSession,
  client: SchedulerClient,
  group: readonly string[],
  limit: SlaLimit,
  script: string | undefined,
): Promise<string[]> {
  const { console, host: machine } = session;
  const unsafe = await unsafeHosts(session, group, limit);
  const safe = group.filter((host) => !unsafe.has(host));
  if (safe.length === 0) return [...unsafe];
  console.info(`Draining tasks on: ${setText(safe, 'u')}`);
  session.check(await client.call('drainHosts', { hosts: { hostNames: safe } }));
  const late = await waitUntilDrained(session, client, safe);
  for (const host of safe)
    if (script !== undefined && !late.has(host))
      await machine.programs.run(script, [host], { output: 'inherit' });
  return [...unsafe, ...late];
}

async function unsafeHosts(
  session: AdminSession,
  group: readonly string[],
  limit: SlaLimit,
): Promise<ReadonlySet<string>> {
  const { console } = session;
  console.info(`Beginning SLA check for ${setText(group, 'u')}`);
  const domain = await probeTasks(session, group, MIN_INSTANCES);
  const failed = domain.probe(group, () => limit).filter((probe) => !probe.safe);
  const unsafe = new Set(failed.map((probe) => probe.host));
  if (unsafe.size === 0) {
    console.info('All hosts passed SLA check.');
    return unsafe;
  }
  console.log(
    'WARN',
    `Some hosts did not pass SLA check and will not be drained! Skipping hosts: ${setText(unsafe, 'u')}`,
  );
  console.out(failed.map(probeLine).join('\n'));
  return unsafe;
}

/** The hosts that are still not drained after five minutes. */
async function waitUntilDrained(
  session: AdminSession,
  client: SchedulerClient,
  hosts: readonly string[],
): Promise<ReadonlySet<string>> {
  const { clock, interrupted } = session.host;
  const deadline = clock.monotonicMs() + DRAIN_LIMIT_MS;
  const left = new Set(hosts);
  session.console.info(`Waiting for hosts to be in DRAINED: ${setText(left, 'u')}`);
  for (;;) {
    for (const { host, mode } of await maintenanceStatus(session, client, [...left].sort(), 'u'))
      if (mode === 'DRAINED') left.delete(host);
    if (left.size === 0) return left;
    if (clock.monotonicMs() + POLL_MS > deadline) {
      session.console.log(
        'WARN',
        `Failed to move all hosts into DRAINED within 5 mins: ${setText(left, 'u')}`,
      );
      return left;
    }
    await sleep(clock, POLL_MS, interrupted);
  }
}

function reportUndrained(session: AdminSession, hosts: readonly string[]): void {
  if (hosts.length === 0) return;
  const { console, args, host } = session;
  console.info('The following hosts WERE NOT DRAINED due to failed SLA check or external failures:');
  console.out(hosts.join('\n'));
  const path = args.get(unsafeFileOption);
  if (path === undefined) return;
  host.files.writeFileDurably(
    isAbsolute(path) ? path : join(host.workingDirectory, path),
    hosts.map((name) => `${name}\n`).join(''),
  );
  console.info(`Written unsafe host names into: ${path}`);
}
