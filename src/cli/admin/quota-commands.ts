import type { Resource } from '../../model/task-config.js';
import { toFloat } from '../argument-spec.js';
import { floatText } from '../python-text.js';
import { resultOf } from '../scheduler-session.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { AdminError, type AdminCommand, type AdminSession } from './admin-command.js';
import { parseMegabytes } from './data-size.js';
import { detailsText } from '../../client/scheduler-client.js';

interface Amounts {
  readonly cpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
}

export const setQuotaCommand: AdminCommand = {
  name: 'set_quota',
  usage: 'cluster role cpu ram[MGT] disk[MGT]',
  description: 'Alters the amount of production quota allocated to a user.',
  options: [],
  counts: [5, 5],
  async run(session) {
    const amounts = readAmounts(session);
    await setQuota(session, await session.connect(), amounts);
  },
};

export const increaseQuotaCommand: AdminCommand = {
  name: 'increase_quota',
  usage: 'cluster role cpu ram[unit] disk[unit]',
  description: 'Increases the amount of production quota allocated to a user.',
  options: [],
  counts: [5, 5],
  async run(session) {
    const added = readAmounts(session);
    const role = session.word(1);
    const client = await session.connect();
    session.console.info(`Getting quota for: ${role}`);
    const response = await client.call('getQuota', { ownerRole: role });
    const result = resultOf(response, 'getQuotaResult');
    if (response.responseCode !== 'OK' || !result)
      throw new AdminError(`Failed to get quota for ${role}: ${detailsText(response)}`);
    const now = sum(result.quota.resources);
    const wanted = {
      cpus: now.cpus + added.cpus,
      ramMb: now.ramMb + added.ramMb,
      diskMb: now.diskMb + added.diskMb,
    };
    session.console.info(
      `Current quota for ${role}:\n\tCPU\t${floatText(now.cpus)} core(s)\n\tRAM\t${now.ramMb} MB\n\tDisk\t${now.diskMb} MB`,
    );
    session.console.info(
      `Attempting to update quota for ${role} to\n\tCPU\t${floatText(wanted.cpus)}\n\tRAM\t${wanted.ramMb} MB\n\tDisk\t${wanted.diskMb} MB`,
    );
    await setQuota(session, client, wanted);
  },
};

function readAmounts(session: AdminSession): Amounts {
  const cpus = toFloat(session.word(2));
  if (!cpus.ok) throw new AdminError(`Invalid value: ${session.word(2)} is not a number of cores`);
  const ramMb = parseMegabytes(session.word(3));
  const diskMb = parseMegabytes(session.word(4));
  if (!ramMb.ok) throw new AdminError(ramMb.error);
  if (!diskMb.ok) throw new AdminError(diskMb.error);
  return { cpus: cpus.value, ramMb: ramMb.value, diskMb: diskMb.value };
}

async function setQuota(session: AdminSession, client: SchedulerClient, amounts: Amounts): Promise<void> {
  const { cpus, ramMb, diskMb } = amounts;
  const role = session.word(1);
  session.console.info(`Setting quota for user:${role} cpu:${cpus.toFixed(6)} ram:${ramMb} disk: ${diskMb}`);
  session.check(
    await client.call('setQuota', {
      ownerRole: role,
      quota: { resources: [{ numCpus: cpus }, { ramMb }, { diskMb }] },
    }),
  );
}

function sum(resources: readonly Resource[]): Amounts {
  const total = { cpus: 0, ramMb: 0, diskMb: 0 };
  for (const resource of resources) {
    if ('numCpus' in resource) total.cpus += resource.numCpus;
    else if ('ramMb' in resource) total.ramMb += resource.ramMb;
    else if ('diskMb' in resource) total.diskMb += resource.diskMb;
  }
  return total;
}
