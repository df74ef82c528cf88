import type { GetQuotaResult, ResourceAggregate } from '../../model/quota.js';
import { positional } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions, writeJsonOption } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { resourceToJson } from '../job/task-json.js';
import { parseQualifiedRole } from '../key-arguments.js';
import { COMPACT_JSON, floatText, pythonJson } from '../python-text.js';
import { connect, requireOk, resultOf } from '../scheduler-session.js';

const role = positional('CLUSTER/NAME', parseQualifiedRole, {
  help: 'Rolename to retrieve information about, in CLUSTER/NAME format',
});

export const quotaGetCommand: Command = {
  spec: {
    path: 'aurora quota get',
    summary: '',
    example: 'aurora quota get cluster1/www-data',
    parameters: [writeJsonOption, ...universalOptions, role],
  },
  async run(context) {
    const wanted = context.args.required(role);
    const client = await connect(context, wanted.cluster);
    context.console.info(`Getting quota for: ${wanted.role}`);
    const response = await client.call('getQuota', { ownerRole: wanted.role });
    requireOk(context.console, response, { heading: `Error retrieving quota for role ${wanted.role}` });
    const result = resultOf(response, 'getQuotaResult');
    if (result)
      context.console.out(context.args.get(writeJsonOption) ? quotaJson(result) : quotaText(result));
    return EXIT.ok;
  },
};

const SECTIONS = [
  ['prodSharedConsumption', 'Production shared pool resources consumed:'],
  ['prodDedicatedConsumption', 'Production dedicated pool resources consumed:'],
  ['nonProdSharedConsumption', 'Non-production shared pool resources consumed:'],
  ['nonProdDedicatedConsumption', 'Non-production dedicated pool resources consumed:'],
] as const;

function quotaText(result: GetQuotaResult): string {
  return [
    'Allocated:',
    ...aggregateLines(result.quota),
    ...SECTIONS.flatMap(([field, heading]) => {
      const aggregate = result[field];
      return aggregate ? [heading, ...aggregateLines(aggregate)] : [];
    }),
  ].join('\n');
}

function aggregateLines({ resources }: ResourceAggregate): string[] {
  const lines: string[] = [];
  for (const resource of resources)
    if ('numCpus' in resource) lines.push(`  CPU: ${floatText(resource.numCpus)} core(s)`);
  for (const resource of resources) if ('ramMb' in resource) lines.push(`  RAM: ${resource.ramMb} MB`);
  for (const resource of resources) if ('diskMb' in resource) lines.push(`  Disk: ${resource.diskMb} MB`);
  for (const resource of resources)
    if ('numGpus' in resource) lines.push(`  GPU: ${resource.numGpus} GPU(s)`);
  return lines;
}

function quotaJson(result: GetQuotaResult): string {
  const aggregates = ['quota', ...SECTIONS.map(([field]) => field)] as const;
  return pythonJson(
    Object.fromEntries(
      aggregates.flatMap((field) => {
        const aggregate = result[field];
        return aggregate ? [[field, { resources: aggregate.resources.map(resourceToJson) }]] : [];
      }),
    ),
    COMPACT_JSON,
  );
}
