import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { JobConfiguration } from '../../src/model/job-configuration.js';
import type { TaskConfig } from '../../src/model/task-config.js';
import { sanitizeJob } from '../../src/scheduler/configuration.js';
import { DEFAULT_OPTIONS, parseOptions } from '../../src/scheduler/options.js';
import { parseTiers } from '../../src/scheduler/tier-file.js';
import { DEFAULT_TIERS } from '../../src/scheduler/tiers.js';
import { ClusterRig, jobOf, KEY, limit, resourcesOf, taskOf, USER, value } from './cluster-rig.js';

function refusal(task: Partial<TaskConfig>, job: Partial<JobConfiguration> = {}): string | undefined {
  const result = sanitizeJob({ ...jobOf(taskOf(task)), ...job }, DEFAULT_OPTIONS, DEFAULT_TIERS);
  return result.ok ? undefined : result.error;
}

describe('a submitted job', () => {
  test('gets what it left open', () => {
    const result = sanitizeJob(
      jobOf(taskOf({ resources: resourcesOf(1, 1, 1, 'http', 'health'), production: true })),
      DEFAULT_OPTIONS,
      DEFAULT_TIERS,
    );
    expect(result.ok && result.value.taskConfig).toMatchObject({
      tier: 'preemptible',
      production: false,
      taskLinks: new Map([
        ['health', 'http://%host%:%port:health%'],
        ['http', 'http://%host%:%port:http%'],
      ]),
    });
  });

  test.each<readonly [string, Partial<TaskConfig>, Partial<JobConfiguration>]>([
    ['Instance count must be positive.', {}, { instanceCount: 0 }],
    ['Instance count must be positive.', {}, { instanceCount: Number.NaN }],
    [
      'Job key JobKey(role:a b, environment:prod, name:x) is invalid.',
      {},
      { key: { role: 'a b', environment: 'prod', name: 'x' } },
    ],
    [
      String.raw`Job environment nowhere doesn't match: ^(prod|devel|test|staging\d*)$`,
      {},
      { key: { ...KEY, environment: 'nowhere' } },
    ],
    ['Job user contains illegal characters: a b', {}, { owner: { user: 'a b' } }],
    [
      "Configuration for executor 'other' doesn't exist.",
      { executorConfig: { name: 'other', data: '' } },
      {},
    ],
    ['Executor name may not be left unset.', { executorConfig: { name: '', data: '' } }, {}],
    ['Tier contains illegal characters: a b', { tier: 'a b' }, {}],
    ["Invalid tier '__proto__' in TaskConfig.", { tier: '__proto__' }, {}],
    ['A dedicated constraint must be of value type.', { constraints: [limit('dedicated', 1)] }, {}],
    [
      'A dedicated constraint must have exactly one value',
      { constraints: [value('dedicated', ['a/b', 'c/d'])] },
      {},
    ],
    [
      'Only ads may use hosts dedicated for that role.',
      { constraints: [value('dedicated', ['ads/db'])] },
      {},
    ],
    [
      'This scheduler is not configured to allow the container type DOCKER',
      { container: { docker: { image: 'x' } } },
      {},
    ],
    [
      'This scheduler is configured to disallow container volumes.',
      { container: { mesos: { volumes: [{ containerPath: '/a', hostPath: '/b', mode: 'RO' }] } } },
      {},
    ],
    [
      'Multiple resource values are not supported for CPU, RAM',
      { resources: [...resourcesOf(1, 1, 1), ...resourcesOf(1, 1, 1).slice(0, 2)] },
      {},
    ],
    ['num_cpus must be greater than 0.0', { resources: resourcesOf(0, 1, 1) }, {}],
    ['num_cpus must be greater than 0.0', { resources: resourcesOf(Number.NaN, 1, 1) }, {}],
    ['num_cpus must be greater than 0.0', { resources: resourcesOf(Infinity, 1, 1) }, {}],
    ['ram_mb must be greater than 0.0', { resources: resourcesOf(1, -1, 1) }, {}],
    ['disk_mb must be greater than 0.0', { resources: resourcesOf(1, 1, 1).slice(0, 2) }, {}],
    [
      'GPU resource support is disabled in this cluster.',
      { resources: [...resourcesOf(1, 1, 1), { numGpus: 1 }] },
      {},
    ],
    [
      'Mesos Fetcher for individual jobs is disabled in this cluster.',
      { mesosFetcherUris: [{ value: 'http://x' }] },
      {},
    ],
    [
      "Tier 'preemptible' does not support SlaPolicy.",
      { slaPolicy: { countSlaPolicy: { count: 1, durationSecs: 1 } } },
      {},
    ],
    [
      'Job with fewer than 20 instances cannot have Percentage/Count SlaPolicy.',
      { tier: 'preferred', slaPolicy: { countSlaPolicy: { count: 1, durationSecs: 1 } } },
      {},
    ],
    [
      'Current CountSlaPolicy: count=30 will not allow any instances to be killed. Must be less than instanceCount=30.',
      { tier: 'preferred', slaPolicy: { countSlaPolicy: { count: 30, durationSecs: 1 } } },
      { instanceCount: 30 },
    ],
    [
      'CountSlaPolicy: durationSecs=7201 must be less than cluster-wide maximum of 7200 secs.',
      { tier: 'preferred', slaPolicy: { countSlaPolicy: { count: 3, durationSecs: 7201 } } },
      { instanceCount: 30 },
    ],
  ])('%s', (message, task, job) => {
    expect(refusal(task, job)).toBe(message);
  });

  test('without a task is refused, and nothing is stored of any refused job', () => {
    const rig = new ClusterRig();
    const job = { key: KEY, instanceCount: 1 } as unknown as JobConfiguration;
    expect(rig.scheduler.createJob(job, USER).messages).toEqual([
      'Job configuration must have taskConfig set.',
    ]);
    expect(rig.scheduler.createJob(jobOf(taskOf(), 4001), USER).messages).toEqual([
      'Instance count must be between 1 and 4000 inclusive.',
    ]);
    expect(
      rig.scheduler.createJob({ ...jobOf(taskOf({ isService: false })), cronSchedule: '* * * * *' }, USER)
        .messages,
    ).toEqual(['Cron jobs may only be created/updated by calling scheduleCronJob.']);
    expect(rig.scheduler.hasOutput()).toBe(false);
  });

  test('may have any name that is an identifier, however odd', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    for (const name of ['__proto__', 'constructor', 'toString', '-rf', '..']) {
      const key = { role: 'hasOwnProperty', environment: 'prod', name };
      rig.create(jobOf(taskOf({ job: key, resources: resourcesOf(0.1, 1, 1) })));
      expect(rig.active(key)).toHaveLength(1);
      rig.scheduler.killTasks(key, undefined, undefined, USER);
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect(rig.scheduler.getRoleSummary()).toEqual([
      { role: 'hasOwnProperty', jobCount: 5, cronJobCount: 0 },
    ]);
  });
});

describe('instances', () => {
  test('are added after the highest, restarted only when all are there, killed by number', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.create(jobOf(taskOf({ resources: resourcesOf(0.1, 1, 1) }), 3));
    const add = (instanceId: number, count: number) =>
      rig.scheduler.addInstances({ jobKey: KEY, instanceId }, count, USER);
    expect(add(0, 0).messages).toEqual(['Instance count must be positive.']);
    expect(add(7, 1).messages).toEqual(['No active task found for a given instance ID.']);
    expect(add(1, 2).code).toBe('OK');
    rig.advance(5);
    rig.runAll();
    expect(rig.active().map((task) => task.assignedTask.instanceId)).toEqual([0, 1, 2, 3, 4]);
    expect(rig.scheduler.restartShards(KEY, [1, 9], USER).messages).toEqual([
      'Not all requested shards are active.',
    ]);
    expect(rig.scheduler.restartShards(KEY, [1], USER).code).toBe('OK');
    expect(rig.tasks()[1]?.taskEvents.at(-1)?.message).toBe('Restarted by kim');
    rig.scheduler.killTasks(KEY, [3], undefined, USER);
    expect(rig.statuses()).toEqual(['RUNNING', 'RESTARTING', 'RUNNING', 'KILLING', 'RUNNING']);
    expect(rig.scheduler.getConfigSummary(KEY).groups[0]?.instances).toEqual([{ first: 0, last: 4 }]);
    expect(rig.scheduler.getJobs('www-data')).toMatchObject([{ key: KEY, instanceCount: 5 }]);
    expect(rig.scheduler.getJobs('www')).toEqual([]);
    expect(rig.scheduler.getJobSummary()[0]?.stats).toEqual({
      activeTaskCount: 5,
      finishedTaskCount: 0,
      failedTaskCount: 0,
      pendingTaskCount: 0,
    });
    expect(
      rig.scheduler.getTasks({ role: 'www-data', statuses: ['RUNNING'], offset: 1, limit: 1 }),
    ).toHaveLength(1);
    expect(rig.scheduler.pruneTasks({ statuses: ['RUNNING'] })).toEqual({
      code: 'ERROR',
      messages: ['Tasks in non-terminal state cannot be pruned.'],
    });
    expect(rig.scheduler.getPendingReason({ statuses: ['PENDING'] }).messages[0]).toMatch(
      /^Statuses is not supported in /,
    );
    expect(rig.scheduler.forceTaskState('nothing', 'LOST', USER).code).toBe('OK');
  });
});

describe('options', () => {
  test('are read from flags, and wrong ones named', () => {
    const parsed = parseOptions([
      ['history_prune_threshold', '30mins'],
      ['offer_order', 'CPU,MEMORY'],
      ['thermos_executor_ram', '1GB'],
      ['enable_preemptor', 'false'],
    ]);
    expect(parsed.ok && parsed.value).toMatchObject({
      historyPruneThresholdMs: 1_800_000,
      offerOrder: ['CPU', 'MEMORY'],
      thermosExecutorRamMb: 1024,
      enablePreemptor: false,
    });
    const error = (name: string, text: string) => {
      const result = parseOptions([[name, text]]);
      return result.ok ? undefined : result.error;
    };
    expect(error('history_prune_treshold', '1mins')).toBe(
      "Unknown scheduler option 'history_prune_treshold'; did you mean 'history_prune_threshold'?",
    );
    expect(error('preemption_delay', '3')).toBe(
      "Scheduler option 'preemption_delay' must be a duration such as 500ms, 30secs, 5mins, 1hrs or 2days, not '3'",
    );
    expect(error('offer_order', 'BIGGEST')).toMatch(/must be a list of RANDOM, CPU/);
    expect(error('__proto__', 'x')).toMatch(/Unknown scheduler option/);
  });
});

describe('tiers', () => {
  test('the file says what the program does without it', () => {
    expect(parseTiers(readFileSync('configs/tiers.yaml', 'utf8'))).toEqual({
      ok: true,
      value: DEFAULT_TIERS,
    });
  });

  test.each([
    ['default: a', 'Tiers cannot be empty.'],
    [
      '{default: "", tiers: {a: {preemptible: true, revocable: false}}}',
      'Default tier name cannot be empty.',
    ],
    [
      '{default: b, tiers: {a: {preemptible: true, revocable: false}}}',
      'Default tier name should match supplied tiers.',
    ],
    ['{default: a, tiers: {a: {preemptable: true}}}', "Tier 'a': Unknown property 'preemptable'."],
    ['{default: a, tiers: {a: {preemptible: yes!}}}', "Tier 'a': 'preemptible' must be true or false."],
    ['[1', undefined],
  ])('%s', (text, message) => {
    const parsed = parseTiers(text);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok && message !== undefined) expect(parsed.error).toBe(message);
  });
});
