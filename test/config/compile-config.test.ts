import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkConfig } from '../../src/config/check-config.js';
import { compileConfig } from '../../src/config/compile-config.js';
import { convertJob } from '../../src/config/convert.js';
import { evaluateExpression, evaluateToJson } from '../../src/config/evaluate-expression.js';
import { inspectJob, jobJson } from '../../src/config/inspect.js';
import { listJobs } from '../../src/config/list-jobs.js';
import { loadConfig } from '../../src/config/load.js';
import { prepareJob } from '../../src/config/prepare-job.js';
import { taskForInstance } from '../../src/config/task-instance.js';
import { testHost } from '../rig/language-host.js';
import { BASE, load, pick } from './config-rig.js';

describe('compiling', () => {
  const source = `${BASE}
jobs = [j(constraints={'b': 'limit:1', 'a': '!x,y'}, cron_schedule='* * * * *', container=Mesos(volumes=[Volume(host_path='/h', container_path='/c', mode='RO')]),
          sla_policy=PercentageSlaPolicy(percentage=90, duration_secs=60)), j(name='two')]
`;

  test('has key, job and jobConfiguration, with names of enums and sorted sets', () => {
    const text = compileConfig(load(source), 'tester');
    const [first, second] = JSON.parse(text) as [Record<string, unknown>, Record<string, unknown>];
    expect(Object.keys(first)).toEqual(['job', 'jobConfiguration', 'key']);
    expect(second).toMatchObject({ key: 'west/ops/test/two' });
    expect(first).toMatchObject({
      key: 'west/ops/test/web',
      job: { health_check_config: { interval_secs: 10 }, constraints: { a: '!x,y' } },
      jobConfiguration: {
        cronCollisionPolicy: 'KILL_EXISTING',
        taskConfig: {
          container: { mesos: { volumes: [{ mode: 'RO' }] } },
          constraints: [
            { name: 'b', constraint: { limit: { limit: 1 } } },
            { name: 'a', constraint: { value: { negated: true, values: ['x', 'y'] } } },
          ],
          resources: [{ diskMb: 256 }, { numCpus: 0.25 }, { ramMb: 128 }],
          executorConfig: { name: 'AuroraExecutor', data: { task: { name: 'main' } } },
        },
      },
    });
    expect(text).toContain('"percentage": 90.0');
    expect(text).toContain('"interval_secs": 10.0');
    expect(text).not.toContain('contactEmail');
  });

  test('gives the same bytes again, and the same data as YAML', () => {
    const text = compileConfig(load(source), 'tester');
    expect(compileConfig(load(source), 'tester')).toBe(text);
    expect(parse(compileConfig(load(source), 'tester', undefined, 'yaml'))).toEqual(JSON.parse(text));
  });

  test('takes one job by its key', () => {
    const key = { cluster: 'west', role: 'ops', environment: 'test', name: 'two' };
    expect(JSON.parse(compileConfig(load(source), 'tester', key))).toHaveLength(1);
  });

  test('evaluates expressions after the file', () => {
    const config = load(source);
    expect(evaluateExpression(config, 'j.name()')).toBe('String(web)');
    expect(evaluateExpression(config, '[1, 2.50, MB]')).toBe('[1, 2.5, 1048576]');
    expect(evaluateToJson(config, 't.resources()')).toBe(
      '{\n  "cpu": 0.25,\n  "disk": 268435456,\n  "gpu": 0,\n  "ram": 134217728\n}\n',
    );
  });
});

describe('inspecting', () => {
  test('prints what the original prints', () => {
    const picked =
      pick(`[j(contact='me', constraints={'rack': 'limit:1'}, cron_schedule='*/5 * * * *', partition_policy=PartitionPolicy(),
      task=t(constraints=order('run', 'late'), processes=t.processes().get() + (dict(name='late', cmdline='''a
  b
''', daemon=True, ephemeral=True),)))]`);
    expect(inspectJob(picked)).toBe(`Job level information
  name:       'web'
  role:       'ops'
  contact:    'me'
  cluster:    'west'
  instances:  '1'
  cron:
    schedule: '*/5 * * * *'
    policy:   'KILL_EXISTING'
  constraints:
    'rack': 'limit:1'
  partition_policy:
    reschedule: True
    delay_secs: '0'
  service:    False
  production: False

Task level information
  name: 'main'
  constraints:
  run < late

Process 'run':
  cmdline:
    ./run

Process 'late':
  daemon
  ephemeral
  cmdline:
    a
      b

`);
    expect(JSON.parse(jobJson(picked))).toMatchObject({ update_config: { batch_size: 1 }, instances: 1 });
  });
});

describe('the task of an instance', () => {
  test('has every reference bound', () => {
    const picked = pick(
      `[j(task=t(processes=[Process(name='p', cmdline='{{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{thermos.ports[http]}} {{thermos.ports[other]}}')]))]`,
    );
    const { executorConfig } = convertJob(picked, { user: 'u' }).taskConfig;
    const { task, unbound } = taskForInstance(
      executorConfig?.data ?? '',
      { instance: 0, hostname: 'h1', taskId: 't1', user: 'ops', ports: new Map([['http', 31000]]) },
      picked.config.evaluation,
    );
    const [process] = task.get('processes') as ReadonlyArray<ReadonlyMap<string, unknown>>;
    expect(process?.get('cmdline')).toBe('0 h1 t1 31000 {{thermos.ports[other]}}');
    expect(unbound).toEqual(['{{thermos.ports[other]}}']);
  });
});

describe('the examples', () => {
  const files = readdirSync('configs/examples').filter((name) => name.endsWith('.aurora'));
  const options = { host: testHost(), print: () => undefined };

  test.each(files)('%s compiles without a remark', (name) => {
    const path = `configs/examples/${name}`;
    expect(checkConfig(path, options)).toEqual([]);
    const config = loadConfig(path, options);
    for (const index of config.jobs.keys()) {
      const job = convertJob(prepareJob(config, index), { user: 'u' });
      expect(job.key).toMatchObject({ role: 'www-data', environment: 'devel' });
      expect(job.taskConfig.resources).not.toContainEqual({ numGpus: expect.anything() });
    }
  });

  test('have keys of their own, and the first one that the README names', () => {
    const keys = files.flatMap((name) => listJobs(loadConfig(`configs/examples/${name}`, options)));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('cluster1/www-data/devel/hello_world');
    expect(readFileSync('configs/examples/hello_world.aurora', 'utf8')).toContain(
      'aurora job create cluster1/www-data/devel/hello_world',
    );
  });

  test('the web server asks for one port, which is also its health port', () => {
    const config = loadConfig('configs/examples/web.aurora', options);
    const picked = prepareJob(config, 0);
    expect(picked.ports).toEqual(['http']);
    expect(convertJob(picked, { user: 'u' }).instanceCount).toBe(3);
  });
});
