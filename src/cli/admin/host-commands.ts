import type { HostStatus } from '../../model/host.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { textOptionWithDefault } from '../argument-spec.js';
import { parseDuration } from '../durations.js';
import { resultOf } from '../scheduler-session.js';
import { AdminError, setText, type AdminCommand, type AdminSession } from './admin-command.js';
import { filenameOption, hostsOption, readHosts } from './host-options.js';

const HOSTS_USAGE = '{--filename=filename | --hosts=hosts}\ncluster';

export const hostStatusCommand: AdminCommand = {
  name: 'host_status',
  usage: HOSTS_USAGE,
  description: 'Print the drain status of each supplied host.',
  options: [filenameOption, hostsOption],
  counts: [1, 1],
  async run(session) {
    const hosts = readHosts(session);
    const client = await session.connect();
    for (const { host, mode } of await maintenanceStatus(session, client, hosts))
      session.console.info(`${host} is in state: ${mode}`);
  },
};

export const hostDeactivateCommand: AdminCommand = {
  name: 'host_deactivate',
  usage: HOSTS_USAGE,
  description:
    'Puts hosts into maintenance mode.\n\n' +
    'The hosts are marked for maintenance and taken last when tasks are placed; they still may get some. Mark\n' +
    'all hosts that are to be drained soon, then drain them batch by batch.',
  options: [filenameOption, hostsOption],
  counts: [1, 1],
  async run(session) {
    const hosts = readHosts(session);
    await startMaintenance(session, await session.connect(), hosts);
  },
};

export const hostActivateCommand: AdminCommand = {
  name: 'host_activate',
  usage: HOSTS_USAGE,
  description:
    'Removes maintenance mode from hosts.\n\n' + 'Tasks may be placed on them as usual from then on.',
  options: [filenameOption, hostsOption],
  counts: [1, 1],
  async run(session) {
    const hosts = readHosts(session);
    const client = await session.connect();
    session.console.info(`Ending maintenance for: ${setText(hosts)}`);
    session.check(await client.call('endMaintenance', { hosts: { hostNames: hosts } }));
    session.console.info(`Maintenance status for: ${setText(hosts)}`);
    const response = await client.call('maintenanceStatus', { hosts: { hostNames: hosts } });
    for (const { host, mode } of resultOf(response, 'maintenanceStatusResult')?.statuses ?? [])
      if (mode === 'DRAINING' || mode === 'DRAINED')
        session.console.log('WARN', `${host} is DRAINING or in DRAINED`);
  },
};

const percentageOption = textOptionWithDefault(['--default_percentage'], '95', {
  metavar: 'PERCENTAGE',
  help: 'Percentage SLA of tasks without a policy of their own. [default: 95]',
});
const durationOption = textOptionWithDefault(['--default_duration'], '30m', {
  metavar: 'DURATION',
  help: 'Time for which they must have been up. [default: 30m]',
});
const timeoutOption = textOptionWithDefault(['--force_drain_timeout'], '7d', {
  metavar: 'DURATION',
  help: 'Time after which hosts are drained whatever it breaks. [default: 7d]',
});

export const slaHostDrainCommand: AdminCommand = {
  name: 'sla_host_drain',
  usage:
    '{--filename=filename | --hosts=hosts}\n[--default_percentage=percentage]\n[--default_duration=duration]\n' +
    '[--force_drain_timeout=timeout]\ncluster',
  description:
    'Asks the scheduler to drain the hosts without breaking the SLA of the jobs on them, and does not wait.\n' +
    'After the timeout the hosts are drained even if that breaks an SLA. They stay in maintenance mode: use\n' +
    'host_activate to have tasks placed on them again.',
  options: [filenameOption, hostsOption, percentageOption, durationOption, timeoutOption],
  counts: [1, 1],
  async run(session) {
    const hosts = readHosts(session);
    const { args } = session;
    const percentage = Number(args.get(percentageOption));
    if (!(percentage >= 0 && percentage <= 100))
      throw new AdminError(`Invalid percentage ${args.get(percentageOption)}`);
    const durationSecs = seconds(args.get(durationOption));
    const timeoutSecs = seconds(args.get(timeoutOption));
    const client = await session.connect();
    session.console.info(`Asking scheduler to drain tasks by SLA on: ${setText(hosts)}`);
    session.check(
      await client.call('slaDrainHosts', {
        hosts: { hostNames: hosts },
        defaultSlaPolicy: { percentageSlaPolicy: { percentage, durationSecs } },
        timeoutSecs,
      }),
    );
  },
};

function seconds(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new AdminError(parsed.error);
  return parsed.value;
}

/** The hosts that are in maintenance now; those that the scheduler does not know are left out with a warning. */
export async function startMaintenance(
  session: AdminSession,
  client: SchedulerClient,
  hosts: readonly string[],
): Promise<string[]> {
  session.console.info(`Starting maintenance for: ${setText(hosts)}`);
  const response = await client.call('startMaintenance', { hosts: { hostNames: hosts } });
  session.check(response);
  const known = (resultOf(response, 'startMaintenanceResult')?.statuses ?? []).map(({ host }) => host);
  const unknown = hosts.filter((host) => !known.includes(host));
  if (unknown.length > 0)
    session.console.log('WARN', `Skipping maintenance for unknown hosts: ${setText(unknown)}`);
  return known.sort();
}

/** The modes of hosts, sorted by name. */
export async function maintenanceStatus(
  session: AdminSession,
  client: SchedulerClient,
  hosts: readonly string[],
  prefix = '',
): Promise<HostStatus[]> {
  session.console.info(`Maintenance status for: ${setText(hosts, prefix)}`);
  const response = await client.call('maintenanceStatus', { hosts: { hostNames: hosts } });
  session.check(response);
  const statuses = resultOf(response, 'maintenanceStatusResult')?.statuses ?? [];
  return [...statuses].sort((a, b) => (a.host < b.host ? -1 : 1));
}
