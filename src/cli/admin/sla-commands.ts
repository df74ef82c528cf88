import { LIVE_STATES } from '../../model/scheduled-task.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import { limitFor, SlaDomain, type JobProbe, type SlaLimit } from '../../client/host-sla.js';
import { tasksOf } from '../../client/tasks.js';
import { flag, textOption } from '../argument-spec.js';
import { parseDuration } from '../durations.js';
import { floatText } from '../python-text.js';
import { AdminError, type AdminCommand, type AdminSession } from './admin-command.js';
import {
  filenameOption,
  groupHosts,
  groupingOption,
  hostsOption,
  minInstancesOption,
  readHostFile,
  readHosts,
} from './host-options.js';
import { probeTasks } from './probe-tasks.js';

const excludeFileOption = textOption(['-X', '--exclude_file'], {
  metavar: 'FILENAME',
  help: 'Exclusion filter. An optional text file listing host names (one per line) to exclude from the result set if found.',
});
const excludeHostsOption = textOption(['-x', '--exclude_hosts'], {
  metavar: 'HOSTS',
  help: 'Exclusion filter. An optional comma-separated list of host names to exclude from the result set if found.',
});
const includeFileOption = textOption(['-I', '--include_file'], {
  metavar: 'FILENAME',
  help: 'Inclusion filter. An optional text file listing host names (one per line) to include into the result set if found.',
});
const includeHostsOption = textOption(['-i', '--include_hosts'], {
  metavar: 'HOSTS',
  help: 'Inclusion filter. An optional comma-separated list of host names to include into the result set if found.',
});
const listJobsOption = flag(
  ['-l', '--list_jobs'],
  'Lists all affected job keys with projected new SLAs if their tasks get killed.',
);
const overrideFileOption = textOption(['-o', '--override_file'], {
  metavar: 'FILENAME',
  help: 'An optional text file to load job specific SLAs that will override cluster-wide command line percentage and duration values.',
});

/** The name by which the original's usage text knows that option. */
const overrideJobsOption = textOption(['--override_jobs'], { metavar: 'FILENAME', help: '', hidden: true });

export const listSafeDomainCommand: AdminCommand = {
  name: 'sla_list_safe_domain',
  usage:
    '\n[--exclude_file=FILENAME]\n[--exclude_hosts=HOSTS]\n[--grouping=GROUPING]\n[--include_file=FILENAME]\n' +
    '[--include_hosts=HOSTS]\n[--list_jobs]\n[--min_job_instance_count=COUNT]\n[--override_jobs=FILENAME]\n' +
    'cluster percentage duration',
  description:
    'Lists the hosts whose tasks could all be killed without breaking the SLA of their jobs: a percentage of\n' +
    'instances that must have been up for a duration, the same for all jobs but those in --override_jobs.\n' +
    'With --grouping, a group is listed only if all of its hosts could go down at once.',
  options: [
    excludeFileOption,
    excludeHostsOption,
    includeFileOption,
    includeHostsOption,
    groupingOption,
    listJobsOption,
    minInstancesOption,
    overrideFileOption,
    overrideJobsOption,
  ],
  counts: [3, 3],
  async run(session) {
    const { args, console, host } = session;
    const usual = readLimit(session, session.word(1), session.word(2));
    const overrides = readOverrides(session);
    const included = hostFilter(session, args.get(includeFileOption), args.get(includeHostsOption));
    const excluded = hostFilter(session, args.get(excludeFileOption), args.get(excludeHostsOption));
    const cluster = await session.cluster();
    const response = await (
      await session.connect()
    ).call('getTasksWithoutConfigs', { query: { statuses: [...LIVE_STATES].sort() } });
    session.check(response);
    const domain = new SlaDomain(
      cluster.name,
      tasksOf(response),
      args.get(minInstancesOption),
      host.clock.nowMs(),
    );
    const groups = [...groupHosts(session, domain.hosts()).values()].map((group) =>
      domain.probe(group, (job) => limitFor(job, overrides, usual)),
    );
    const shown = groups
      .filter((group) => group.every((probe) => probe.safe))
      .flat()
      .filter((probe) => (included?.has(probe.host) ?? true) && !excluded?.has(probe.host));
    const lines = args.get(listJobsOption)
      ? shown.map(limitLine)
      : [...new Set(shown.map((probe) => probe.host))];
    if (lines.length > 0) console.out(lines.join('\n'));
  },
};

export const probeHostsCommand: AdminCommand = {
  name: 'sla_probe_hosts',
  usage:
    '\n[--filename=FILENAME]\n[--grouping=GROUPING]\n[--hosts=HOSTS]\n[--min_job_instance_count=COUNT]\n' +
    'cluster percentage duration',
  description:
    'Shows, for each host and each job with tasks on it, the SLA that the job would have if the host went down:\n' +
    'HOST  JOB  PREDICTED_SLA  SAFE?  PREDICTED_SAFE_IN, the last in seconds, n/a when waiting does not help.',
  options: [filenameOption, hostsOption, groupingOption, minInstancesOption],
  counts: [3, 3],
  async run(session) {
    const hosts = readHosts(session);
    const limit = readLimit(session, session.word(1), session.word(2));
    const groups = groupHosts(session, hosts);
    const domain = await probeTasks(session, hosts, session.args.get(minInstancesOption));
    const probes = [...groups.values()].flatMap((group) => domain.probe(group, () => limit));
    if (probes.length > 0) session.console.out(probes.map(probeLine).join('\n'));
  },
};

/** `HOST\tJOB\t85.00\tFalse\t1740.0` */
export function probeLine({ host, job, predicted, safe, safeInSecs }: JobProbe): string {
  const safeIn = safeInSecs === undefined ? 'n/a' : floatText(safeInSecs);
  return [host, formatClusterJobKey(job), predicted.toFixed(2), safe ? 'True' : 'False', safeIn].join('\t');
}

function limitLine({ host, job, predicted, limit }: JobProbe): string {
  return [host, formatClusterJobKey(job), predicted.toFixed(2), limit.durationSecs].join('\t');
}

export function readLimit(_session: AdminSession, percentage: string, duration: string): SlaLimit {
  const percent = Number(percentage);
  if (percentage.trim() === '' || !(percent >= 0 && percent <= 100))
    throw new AdminError(`Invalid percentage ${percentage}. Must be within (0, 100].`);
  const seconds = parseDuration(duration);
  if (!seconds.ok) throw new AdminError(seconds.error);
  return { percentage: percent, durationSecs: seconds.value };
}

function readOverrides(session: AdminSession): ReadonlyMap<string, SlaLimit> {
  const path = session.args.get(overrideFileOption) ?? session.args.get(overrideJobsOption);
  if (path === undefined) return new Map();
  const lines = readHostFile(session, path).split('\n');
  return new Map(
    lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line): [string, SlaLimit] => {
        const [job = '', percentage = '', duration = '', ...more] = line.split(/\s+/);
        if (job.split('/').length !== 4 || duration === '' || more.length > 0)
          throw new AdminError(`Invalid line in ${path}:${line}`);
        return [job, readLimit(session, percentage, duration)];
      }),
  );
}

function hostFilter(
  session: AdminSession,
  file: string | undefined,
  list: string | undefined,
): ReadonlySet<string> | undefined {
  if (file === undefined && list === undefined) return undefined;
  const text = [
    file === undefined ? '' : readHostFile(session, file),
    (list ?? '').replaceAll(',', '\n'),
  ].join('\n');
  return new Set(
    text
      .split('\n')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
  );
}
