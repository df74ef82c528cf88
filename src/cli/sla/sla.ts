import { err, ok, type Result } from '../../base/result.js';
import { LIVE_STATES } from '../../model/scheduled-task.js';
import type { ClusterJobKey } from '../../model/job-key.js';
import { upPercentage, uptimeAtPercentile, uptimesOf } from '../../client/job-uptime.js';
import { detailsText } from '../../client/scheduler-client.js';
import { jobQuery, tasksOf } from '../../client/tasks.js';
import { valueOption } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { durationInUnits, parseDuration } from '../durations.js';
import { EXIT } from '../exit-codes.js';
import { jobKeyArgument } from '../key-arguments.js';
import { floatText } from '../python-text.js';
import { connect } from '../scheduler-session.js';

const DEFAULT_DURATIONS = [60, 600, 3_600, 43_200, 604_800];
const DEFAULT_PERCENTILES = [99, 95, 90, 85, 75, 60, 50, 30, 10];

const durationsOption = valueOption(['--durations'], (text) => parseList(text, parseDuration), {
  metavar: 'DURATIONS',
  help: 'Durations to report uptime for. Format: XdYhZmWs (each field optional but must be in that order.) Default: 1m,10m,1h,12h,7d',
});

const percentilesOption = valueOption(['--percentiles'], (text) => parseList(text, parsePercentile), {
  metavar: 'PERCENTILES',
  help: 'Percentiles to report uptime for. Format: values within (0.0, 100.0). Default: 99,95,90,85,75,60,50,30,10',
});

export const taskUpCountCommand: Command = {
  spec: {
    path: 'aurora sla get-task-up-count',
    summary: '',
    example: 'aurora sla get-task-up-count cluster1/www-data/devel/hello_world --durations 1m,1h',
    parameters: [durationsOption, ...universalOptions, jobKeyArgument],
  },
  async run(context) {
    const { uptimes, total } = await measure(context, context.args.required(jobKeyArgument));
    const durations = [...new Set(context.args.get(durationsOption) ?? DEFAULT_DURATIONS)].sort(
      (a, b) => a - b,
    );
    for (const duration of durations)
      context.console.out(
        `${durationInUnits(duration)}\t- ${upPercentage(uptimes, duration, total).toFixed(2)} %`,
      );
    return EXIT.ok;
  },
};

export const jobUptimeCommand: Command = {
  spec: {
    path: 'aurora sla get-job-uptime',
    summary: '',
    example: 'aurora sla get-job-uptime cluster1/www-data/devel/hello_world --percentiles 50,99',
    parameters: [percentilesOption, ...universalOptions, jobKeyArgument],
  },
  async run(context) {
    const { uptimes } = await measure(context, context.args.required(jobKeyArgument));
    const percentiles = [...new Set(context.args.get(percentilesOption) ?? DEFAULT_PERCENTILES)].sort(
      (a, b) => b - a,
    );
    for (const percentile of percentiles)
      context.console.out(
        `${floatText(percentile)} percentile\t- ${floatText(uptimeAtPercentile(uptimes, percentile))} seconds`,
      );
    return EXIT.ok;
  },
};

/** A scheduler that refuses counts as one without tasks: the log says so. */
async function measure(context: Context, key: ClusterJobKey) {
  const client = await connect(context, key.cluster);
  const response = await client.call('getTasksWithoutConfigs', {
    query: jobQuery(key, { statuses: LIVE_STATES }),
  });
  context.console.info(
    `Response from scheduler: ${response.responseCode} (message: ${detailsText(response)})`,
  );
  const tasks = response.responseCode === 'OK' ? tasksOf(response) : [];
  const total = new Set(tasks.map((task) => task.assignedTask.instanceId)).size;
  return { uptimes: uptimesOf(tasks, context.host.clock.nowMs()), total };
}

function parseList<T>(
  text: string,
  parse: (part: string) => Result<T, string>,
): Result<readonly T[], string> {
  const values: T[] = [];
  for (const part of text.split(',')) {
    const parsed = parse(part);
    if (!parsed.ok) return parsed;
    values.push(parsed.value);
  }
  return ok(values);
}

function parsePercentile(text: string): Result<number, string> {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 100))
    return err(`Invalid percentile value:${text}. Must be between 0.0 and 100.0 exclusive.`);
  return ok(value);
}
