import { err, ok } from '../../base/result.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import type { JobUpdateQuery, JobUpdateStatus, JobUpdateSummary } from '../../model/job-update.js';
import { listOption, positional, quoted, textOption } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions, writeJsonOption } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { INDENTED_JSON, pythonJson, utcTime } from '../python-text.js';
import { connect, requireOk } from '../scheduler-session.js';
import { parseUpdateFilter, STATUS_GROUPS, summariesOf, type UpdateFilter } from './update-keys.js';

const filterArgument = positional('CLUSTER[/ROLE[/ENV[/JOB]]]', parseUpdateFilter, {
  help: 'A path-like specifier for the scope of updates to list.',
  completes: 'job-key',
});

const STATUS_CHOICES = [...STATUS_GROUPS.keys(), ...(STATUS_GROUPS.get('all') ?? [])];

const statusOption = listOption<readonly JobUpdateStatus[]>(
  ['--status'],
  (text) => {
    const group = STATUS_GROUPS.get(text);
    return group ? ok(group) : isStatus(text) ? ok([text]) : err(`invalid choice: ${quoted(text)}`);
  },
  {
    metavar: `{${STATUS_CHOICES.join(',')}}`,
    choices: STATUS_CHOICES,
    help: 'Set of update statuses to search for',
  },
);

const userOption = textOption(['--user'], {
  metavar: 'username',
  help: 'The name of the user who initiated the update',
});

export const updateListCommand: Command = {
  spec: {
    path: 'aurora update list',
    summary: '',
    description: 'List summary information about in-progress and completed job updates.',
    example: 'aurora update list cluster1/www-data --status active',
    parameters: [statusOption, userOption, writeJsonOption, ...universalOptions, filterArgument],
  },
  async run(context) {
    const { args, console } = context;
    const filter = args.required(filterArgument);
    const client = await connect(context, filter.cluster);
    const statuses = [...new Set(args.get(statusOption).flat())].sort();
    const response = await client.call('getJobUpdateSummaries', {
      jobUpdateQuery: toQuery(filter, statuses, args.get(userOption)),
    });
    requireOk(console, response);
    const rows = summariesOf(response)
      .filter(({ key }) => filter.environment === undefined || key.job.environment === filter.environment)
      .map((summary) => toRow(filter.cluster, summary));
    if (args.get(writeJsonOption)) console.out(pythonJson(rows, INDENTED_JSON));
    else if (rows.length > 0) console.out([HEADER, ...rows.map(Object.values)].map(tableLine).join('\n'));
    return EXIT.ok;
  },
};

function isStatus(text: string): text is JobUpdateStatus {
  return STATUS_GROUPS.get('all')?.some((status) => status === text) ?? false;
}

function toQuery(
  { role, environment, name }: UpdateFilter,
  statuses: readonly JobUpdateStatus[],
  user: string | undefined,
): JobUpdateQuery {
  return {
    ...(role !== undefined && environment !== undefined && name !== undefined
      ? { jobKey: { role, environment, name } }
      : role === undefined
        ? {}
        : { role }),
    ...(statuses.length > 0 ? { updateStatuses: statuses } : {}),
    ...(user === undefined ? {} : { user }),
  };
}

function toRow(cluster: string, { key, user, state }: JobUpdateSummary) {
  return {
    job: formatClusterJobKey({ cluster, ...key.job }),
    id: key.id ?? '',
    status: state?.status ?? 'None',
    user: user ?? 'None',
    started: utcTime(state?.createdTimestampMs ?? 0),
    last_modified: utcTime(state?.lastModifiedTimestampMs ?? 0),
  };
}

const HEADER = ['JOB', 'UPDATE ID', 'STATUS', 'CREATED BY', 'STARTED', 'LAST MODIFIED'];
const WIDTHS = [47, 36, 15, 11, 19, 19];

function tableLine(cells: readonly string[]): string {
  return cells.map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0)).join(' ');
}
