import { describe, expect, test } from '@jest/globals';
import { backFillTier } from '../../src/config/back-fill-tier.js';
import { convertJob } from '../../src/config/convert.js';
import { updateSettings } from '../../src/config/update-settings.js';
import { pick, pointedAt, refusal } from './config-rig.js';

const USER = { user: 'tester' };

describe('conversion', () => {
  test('a small job', () => {
    const job = convertJob(pick('[j]'), USER);
    expect(job).toMatchObject({
      key: { role: 'ops', environment: 'test', name: 'web' },
      owner: { user: 'tester' },
      cronCollisionPolicy: 'KILL_EXISTING',
      instanceCount: 1,
      taskConfig: {
        isService: false,
        resources: [{ numCpus: 0.25 }, { ramMb: 128 }, { diskMb: 256 }],
        constraints: [],
        container: { mesos: {} },
        metadata: [],
      },
    });
    const data = job.taskConfig.executorConfig?.data ?? '';
    expect(JSON.parse(data)).toMatchObject({ name: 'web', task: { name: 'main' } });
    expect(data).not.toContain('update_config');
    expect(data).not.toContain('"instances"');
    expect(data).toContain('"initial_interval_secs": 15.0');
  });

  test('executor data is the same bytes whatever the order in which fields were written', () => {
    const a = convertJob(pick(`[j(contact='c', tier='t', constraints={'a': '1', 'b': '2'})]`), USER);
    const b = convertJob(pick(`[j(constraints={'b': '2', 'a': '1'})(tier='t')(contact='c')]`), USER);
    expect(a.taskConfig.executorConfig).toEqual(b.taskConfig.executorConfig);
  });

  test('files to fetch are passed on, and stay out of the executor data', () => {
    const job = convertJob(
      pick(
        `[j(mesos_fetcher_uris=[{'value': 'http://r/{{role}}.tgz', 'extract': 'true'}, {'value': 'x', 'output_file': 'y', 'cache': False}])]`,
      ),
      USER,
    );
    expect(job.taskConfig.mesosFetcherUris).toEqual([
      { value: 'http://r/ops.tgz', extract: true },
      { value: 'x', cache: false, outputFile: 'y' },
    ]);
    expect(job.taskConfig.executorConfig?.data).not.toContain('mesos_fetcher_uris');
  });

  test.each([
    [`container={'image': 'i:1'}`, { docker: { image: 'i:1', parameters: [] } }],
    [
      `container={'image': {'name': 'n', 'tag': 't'}}`,
      { mesos: { image: { docker: { name: 'n', tag: 't' } }, volumes: [] } },
    ],
    [`container={'docker': {'image': 'i'}}`, { docker: { image: 'i', parameters: [] } }],
    [
      `container=Mesos(image=AppcImage(name='a', image_id='x'))`,
      { mesos: { image: { appc: { name: 'a', imageId: 'x' } }, volumes: [] } },
    ],
  ])('%s', (field, expected) => {
    expect(convertJob(pick(`[j(${field})]`), USER).taskConfig.container).toEqual(expected);
  });

  test.each([
    [`sla_policy={'count': 2, 'duration_secs': 60}`, { countSlaPolicy: { count: 2, durationSecs: 60 } }],
    [
      `sla_policy={'percentage': 90, 'duration_secs': 60}`,
      { percentageSlaPolicy: { percentage: 90, durationSecs: 60 } },
    ],
    [
      `sla_policy={'coordinator_url': 'u'}`,
      { coordinatorSlaPolicy: { coordinatorUrl: 'u', statusKey: 'drain' } },
    ],
  ])('%s', (field, expected) => {
    expect(convertJob(pick(`[j(${field})]`), USER).taskConfig.slaPolicy).toEqual(expected);
  });

  test.each([
    ['a bad name', `[j(name='two words')]`, /Invalid name 'two words'/, `name='two words'`],
    [
      'a zero disk',
      `[j(task=t(resources=Resources(cpu=1, ram=MB, disk=0)))]`,
      /got ram:1048576 disk:0/,
      'disk=0',
    ],
    [
      'no cpu',
      `[j(task=t(resources=Resources(cpu=0, ram=MB, disk=MB)))]`,
      /cpu:0.0 ramMb:1 diskMb:1/,
      'cpu=0',
    ],
    ['negative ram', `[j(task=t(resources=Resources(cpu=1, ram=-MB, disk=MB)))]`, /ramMb:-1/, 'ram=-MB'],
    [
      'an order of strangers',
      `[j(task=t(constraints=order('run', 'gohst')))]`,
      /Invalid process dependencies/,
      `'gohst'`,
    ],
    ['a self order', `[j(task=t(constraints=order('run', 'run')))]`, /Cycles detected/, `'run'`],
    [
      'a bad limit',
      `[j(constraints={'rack': 'limit:two'})]`,
      /invalid literal for int\(\)/,
      `'rack': 'limit:two'`,
    ],
    [
      'an unbound reference',
      `[j(task=t(processes=[Process(name='a', cmdline='x {{oops}}')]))]`,
      /Unexpected unbound refs: {{oops}}/,
      '{{oops}}',
    ],
    ['an unbound contact', `[j(contact='{{me}}')]`, /Config contains unbound variables: {{me}}/, '{{me}}'],
    [
      'an empty container',
      `[j(container=Container())]`,
      /If a container is specified it must set one type/,
      'Container()',
    ],
  ])('%s is refused, and shown', (_, jobs, message, code) => {
    const [diagnostic] = refusal(() => convertJob(pick(jobs), USER));
    expect(diagnostic?.message).toMatch(message);
    expect(diagnostic && pointedAt(diagnostic)).toBe(code);
  });

  test('an unbound reference says what would bind it', () => {
    const [diagnostic] = refusal(() => convertJob(pick(`[j(contact='{{versoin}}').bind(version=1)]`), USER));
    expect(diagnostic?.suggestion).toBe('Did you mean {{version}}? Or bind it: --bind versoin=VALUE.');
    expect(diagnostic?.notes).toEqual(['{{versoin}} is unbound in jobs[0].contact']);
  });

  test('tier and production complete each other', () => {
    const tiers = {
      defaultTierName: 'preemptible',
      tiers: [
        {
          name: 'preferred',
          settings: new Map([
            ['preemptible', 'false'],
            ['revocable', 'false'],
          ]),
        },
        {
          name: 'preemptible',
          settings: new Map([
            ['preemptible', 'true'],
            ['revocable', 'false'],
          ]),
        },
      ],
    };
    const filled = (jobs: string): object => {
      const { tier, production } = convertJob(backFillTier(pick(jobs), tiers), USER).taskConfig;
      return { tier, production };
    };
    expect(filled('[j]')).toEqual({ tier: 'preemptible', production: false });
    expect(filled('[j(production=True)]')).toEqual({ tier: 'preferred', production: true });
    expect(filled(`[j(tier='preferred')]`)).toEqual({ tier: 'preferred', production: true });
    expect(filled(`[j(tier='other', production=True)]`)).toEqual({ tier: 'other', production: true });
  });
});

describe('update settings', () => {
  const settings = (update: string): unknown =>
    updateSettings(pick(`[j(instances=20, update_config=UpdateConfig(${update}))]`));

  test.each([
    [
      '',
      {
        updateGroupSize: 1,
        updateStrategy: { queueStrategy: { groupSize: 1 } },
        waitForBatchCompletion: false,
      },
    ],
    [
      'batch_size=3, wait_for_batch_completion=True',
      {
        updateGroupSize: 3,
        updateStrategy: { batchStrategy: { groupSize: 3, autopauseAfterBatch: false } },
        waitForBatchCompletion: true,
      },
    ],
    [
      'update_strategy=QueueUpdateStrategy(batch_size=2)',
      {
        updateGroupSize: 2,
        updateStrategy: { queueStrategy: { groupSize: 2 } },
        waitForBatchCompletion: false,
      },
    ],
    [
      'update_strategy=BatchUpdateStrategy(batch_size=4, autopause_after_batch=True)',
      {
        updateGroupSize: 4,
        updateStrategy: { batchStrategy: { groupSize: 4, autopauseAfterBatch: true } },
        waitForBatchCompletion: true,
      },
    ],
    [
      `update_strategy={'batch_sizes': [1, '2']}`,
      {
        updateGroupSize: 1,
        updateStrategy: { varBatchStrategy: { groupSizes: [1, 2], autopauseAfterBatch: false } },
      },
    ],
    ['pulse_interval_secs=60', { blockIfNoPulsesAfterMs: 60_000 }],
  ])('%s', (update, expected) => {
    expect(settings(update)).toMatchObject(expected);
  });

  test.each([
    ['batch_size=0', 'Batch size should be greater than 0'],
    ['pulse_interval_secs=30', 'Pulse interval seconds must be at least 60 seconds.'],
    [
      'batch_size=2, update_strategy=QueueUpdateStrategy()',
      /Please set batchsize inside of update strategy instead/,
    ],
    [
      'wait_for_batch_completion=True, update_strategy=QueueUpdateStrategy()',
      /Cannot combine wait_batch_completion/,
    ],
  ])('%s is refused', (update, message) => {
    expect(refusal(() => settings(update))[0]?.message).toMatch(message);
  });

  test('instances become ranges', () => {
    expect(updateSettings(pick('[j]'), [5, 0, 1, 2, 2]).updateOnlyTheseInstances).toEqual([
      { first: 0, last: 2 },
      { first: 5, last: 5 },
    ]);
  });
});
