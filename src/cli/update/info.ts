import { formatClusterJobKey, type ClusterJobKey } from '../../model/job-key.js';
import type { JobUpdateDetails, JobUpdateKey } from '../../model/job-update.js';
import type { Response } from '../../model/response.js';
import { bareKey } from '../../client/tasks.js';
import { quoted } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions, writeJsonOption } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { jobKeyArgument } from '../key-arguments.js';
import { INDENTED_JSON, pythonJson, utcTime } from '../python-text.js';
import { connect, requireOk, resultOf } from '../scheduler-session.js';
import { activeUpdate, updateIdArgument } from './update-keys.js';

export const updateInfoCommand: Command = {
  spec: {
    path: 'aurora update info',
    summary: '',
    description: 'Display detailed status information about a scheduler-driven in-progress update.',
    example: 'aurora update info cluster1/www-data/devel/hello_world',
    parameters: [writeJsonOption, ...universalOptions, jobKeyArgument, updateIdArgument],
  },
  async run(context) {
    const { args, console } = context;
    const key = args.required(jobKeyArgument);
    const client = await connect(context, key.cluster);
    const id = args.get(updateIdArgument);
    const update = id === undefined ? await activeUpdate(context, client, key) : { job: bareKey(key), id };
    if (!update) {
      console.err('There is no active update for this job.');
      return EXIT.invalidParameter;
    }
    const response = await client.call('getJobUpdateDetails', { key: update, query: { key: update } });
    requireOk(console, response);
    const details = detailsOf(response);
    if (!details) {
      console.err(`There is no update for key: ${keyText(update)}`);
      return EXIT.invalidParameter;
    }
    console.out(
      args.get(writeJsonOption)
        ? pythonJson(detailsToJson(key, details), INDENTED_JSON)
        : detailsText(key, details),
    );
    return EXIT.ok;
  },
};

/** Newer schedulers answer with a list, older ones with the single field. */
function detailsOf(response: Response): JobUpdateDetails | undefined {
  const result = resultOf(response, 'getJobUpdateDetailsResult');
  return result?.detailsList?.[0] ?? result?.details;
}

function keyText({ job, id }: JobUpdateKey): string {
  const { environment, role, name } = job;
  return (
    `JobUpdateKey(job=JobKey(environment=${quoted(environment)}, role=${quoted(role)}, name=${quoted(name)}), ` +
    `id=${id === undefined ? 'None' : quoted(id)})`
  );
}

function detailsText(key: ClusterJobKey, details: JobUpdateDetails): string {
  const { key: updateKey, state, metadata } = details.update.summary;
  const { updateEvents, instanceEvents } = withLists(details);
  return [
    `Job: ${formatClusterJobKey(key)}, UpdateID: ${updateKey.id ?? ''}`,
    `Started ${utcTime(state?.createdTimestampMs ?? 0)}, last activity: ${utcTime(state?.lastModifiedTimestampMs ?? 0)}`,
    `Current status: ${state?.status ?? 'None'}`,
    ...(updateEvents.length > 0 ? ['Update events:'] : []),
    ...updateEvents.flatMap((event) => [
      `  Status: ${event.status} at ${utcTime(event.timestampMs)}`,
      ...(event.message === undefined ? [] : [indented(`  message: ${event.message}`, 4)]),
    ]),
    ...(instanceEvents.length > 0 ? ['Instance events:'] : []),
    ...instanceEvents.map(
      (event) => `  Instance ${event.instanceId} at ${utcTime(event.timestampMs)}: ${event.action}`,
    ),
    ...(metadata ? ['Metadata:'] : []),
    ...[...(metadata ?? [])]
      .sort((a, b) => compare(a.key, b.key) || compare(a.value, b.value))
      .map((each) => `  ${each.key}: ${each.value}`),
  ].join('\n');
}

function indented(text: string, blanks: number): string {
  return text.replace(/^/gm, ' '.repeat(blanks));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withLists(details: JobUpdateDetails) {
  const { updateEvents = [], instanceEvents = [] } = details as Partial<JobUpdateDetails>;
  return { updateEvents, instanceEvents };
}

function detailsToJson(key: ClusterJobKey, details: JobUpdateDetails): unknown {
  const { key: updateKey, state, metadata } = details.update.summary;
  const { updateEvents, instanceEvents } = withLists(details);
  return {
    updateId: updateKey.id,
    job: formatClusterJobKey(key),
    // Milliseconds here, text in the next line: the original's output, which scripts read.
    started: state?.createdTimestampMs,
    last_modified: utcTime(state?.lastModifiedTimestampMs ?? 0),
    status: state?.status,
    update_events: updateEvents.map(({ status, timestampMs, message }) => ({ status, timestampMs, message })),
    instance_update_events: instanceEvents.map((event) => ({
      instance: event.instanceId,
      timestamp: event.timestampMs,
      action: event.action,
    })),
    metadata: metadata?.map((each) => new Map([[each.key, each.value]])),
  };
}
