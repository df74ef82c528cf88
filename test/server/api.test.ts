import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, jest } from '@jest/globals';
import type { Response } from '../../src/model/response.js';
import { decodeReply, encodeCall, encodeReply } from '../../src/thrift/api.js';
import { buildPrograms, type BuiltPrograms } from '../rig/built-programs.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { TestCluster } from '../rig/test-cluster.js';

/** Real processes on a busy machine. */
jest.setTimeout(60_000);

let programs: BuiltPrograms;
let cluster: TestCluster;
beforeAll(async () => {
  programs = await buildPrograms(['daemon']);
  cluster = new TestCluster(programs.directory, []);
  await cluster.start();
});
afterAll(async () => {
  await cluster.dispose();
  programs.dispose();
});

const key = (name: string) => ({ role: 'www-data', environment: 'devel', name });
const messages = (response: Response): Array<string | undefined> =>
  response.details.map(({ message }) => message);
const BINARY = 'application/vnd.apache.thrift.binary';
const JSON_TYPE = 'application/vnd.apache.thrift.json';
const getJobs = encodeCall('json', 'getJobs', {});

describe('the API over a real daemon', () => {
  test('creates a job, shows it, refuses it twice, kills it', async () => {
    const description = jobConfiguration(key('hello'), { instances: 2 });
    const created = await cluster.call('createJob', { description });
    expect(created).toMatchObject({ responseCode: 'OK', serverInfo: { clusterName: 'test' }, details: [] });
    const again = await cluster.call('createJob', { description });
    expect(again.responseCode).toBe('INVALID_REQUEST');
    expect(messages(again)).toEqual(['Job www-data/devel/hello already exists']);

    const { result } = await cluster.call('getTasksStatus', { query: { jobKeys: [key('hello')] } });
    const tasks = result && 'scheduleStatusResult' in result ? result.scheduleStatusResult.tasks : [];
    expect(tasks.map((task) => [task.assignedTask.instanceId, task.status])).toEqual(
      expect.arrayContaining([
        [0, 'PENDING'],
        [1, 'PENDING'],
      ]),
    );
    expect(tasks[0]?.assignedTask.task.executorConfig?.data).toBe(
      description.taskConfig.executorConfig?.data,
    );

    const killed = await cluster.call('killTasks', { job: key('hello') });
    expect(killed.responseCode).toBe('OK');
    const none = await cluster.call('killTasks', { job: key('hello') });
    expect([none.responseCode, messages(none)]).toEqual(['OK', ['No tasks to kill.']]);
  });

  test('leaves the executor data out where it is not wanted, and pages where asked', async () => {
    await cluster.call('createJob', { description: jobConfiguration(key('paged'), { instances: 5 }) });
    const query = { jobKeys: [key('paged')], offset: 1, limit: 3 };
    const { result } = await cluster.call('getTasksWithoutConfigs', { query });
    const tasks = result && 'scheduleStatusResult' in result ? result.scheduleStatusResult.tasks : [];
    expect(tasks).toHaveLength(3);
    expect(new Set(tasks.map((task) => task.assignedTask.task.executorConfig?.data))).toEqual(new Set(['']));
  });

  test('answers the read-only methods', async () => {
    await cluster.call('createJob', { description: jobConfiguration(key('seen'), { instances: 2 }) });
    const roles = await cluster.call('getRoleSummary', {});
    expect(roles.result).toMatchObject({
      roleSummaryResult: { summaries: [{ role: 'www-data', cronJobCount: 0 }] },
    });
    const jobs = await cluster.call('getJobs', { ownerRole: 'www-data' });
    expect(JSON.stringify(jobs.result)).toContain('"name":"seen"');
    const summary = await cluster.call('getJobSummary', { role: 'www-data' });
    expect(JSON.stringify(summary.result)).toContain('"pendingTaskCount":2');
    const configs = await cluster.call('getConfigSummary', { job: key('seen') });
    expect(configs.result).toMatchObject({
      configSummaryResult: {
        summary: { key: key('seen'), groups: [{ instances: [{ first: 0, last: 1 }] }] },
      },
    });
    const tiers = await cluster.call('getTierConfigs', {});
    expect(tiers.result).toMatchObject({ getTierConfigResult: { defaultTierName: 'preemptible' } });
    const pending = await cluster.call('getPendingReason', { query: { jobKeys: [key('seen')] } });
    expect(pending.responseCode).toBe('OK');
    const populated = await cluster.call('populateJobConfig', { description: jobConfiguration(key('seen')) });
    expect(populated.result).toMatchObject({ populateJobResult: { taskConfig: { tier: 'preemptible' } } });
  });

  test('sets and shows quota, in the units of the wire', async () => {
    const quota = { resources: [{ numCpus: 2 }, { ramMb: 64 }, { diskMb: 128 }] };
    expect((await cluster.call('setQuota', { ownerRole: 'www-data', quota })).responseCode).toBe('OK');
    const { result } = await cluster.call('getQuota', { ownerRole: 'www-data' });
    expect(result).toMatchObject({
      getQuotaResult: { quota: { resources: expect.arrayContaining(quota.resources) as unknown } },
    });
    const page = await cluster.http('GET', '/quotas?role=www-data');
    expect(JSON.parse(page.body.toString())).toEqual({
      'www-data': { cpu_cores: 2, ram_mb: 64, disk_mb: 128 },
    });
  });

  test('says which method it does not have, and which nobody has', async () => {
    const update = await cluster.call('pulseJobUpdate', { key: { job: key('seen'), id: 'x' } });
    expect([update.responseCode, messages(update)]).toEqual([
      'INVALID_REQUEST',
      ['pulseJobUpdate is not supported by this scheduler yet.'],
    ]);
    const body = Buffer.from('[1,"explode",1,7,{}]');
    const reply = await cluster.http('POST', '/api', {}, body);
    expect(reply.status).toBe(200);
    expect(reply.body.toString()).toBe(
      `[1,"explode",3,7,{"1":{"str":"Invalid method name: 'explode'"},"2":{"i32":1}}]`,
    );
  });

  test.each([
    [undefined, JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['application/x-thrift', JSON_TYPE],
    [JSON_TYPE, JSON_TYPE],
    [`${JSON_TYPE}; charset=utf-8`, JSON_TYPE],
  ])('reads the JSON protocol as %s', async (contentType, answerType) => {
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    const reply = await cluster.tcp('POST', '/api', { host: 'localhost', ...headers }, getJobs);
    expect([reply.status, reply.headers['content-type']]).toEqual([200, answerType]);
    expect(decodeReply('json', 'getJobs', reply.body).responseCode).toBe('OK');
  });

  test.each(['application/json; charset=utf-8', 'text/plain', 'application/vnd.apache.thrift.compact'])(
    'refuses %s',
    async (contentType) => {
      const reply = await cluster.http('POST', '/api', { 'content-type': contentType }, getJobs);
      expect([reply.status, reply.body.toString()]).toEqual([
        415,
        `Unsupported Content-Type: ${contentType}`,
      ]);
    },
  );

  test('chooses the protocol of the answer by itself, and keeps the sequence id', async () => {
    const call = encodeCall('json', 'getJobs', {}, 42);
    const reply = await cluster.http('POST', '/api', { accept: BINARY }, call);
    expect(reply.headers['content-type']).toBe(BINARY);
    const response = decodeReply('binary', 'getJobs', reply.body);
    expect(encodeReply('binary', 'getJobs', 42, response).equals(reply.body)).toBe(true);
    const other = await cluster.http('POST', '/api', { accept: 'text/html,*/*' }, call);
    expect(other.headers['content-type']).toBe(JSON_TYPE);
  });

  test('compresses a large answer for those who ask', async () => {
    const reply = await cluster.http('POST', '/api', { 'accept-encoding': 'gzip, deflate' }, getJobs);
    expect(reply.headers['content-encoding']).toBe('gzip');
    expect(decodeReply('json', 'getJobs', gunzipSync(reply.body)).responseCode).toBe('OK');
    const refused = await cluster.http('POST', '/api', { 'accept-encoding': 'gzip;q=0' }, getJobs);
    expect(refused.headers['content-encoding']).toBeUndefined();
  });
});

describe('/apibeta', () => {
  const post = async (path: string, body: string): Promise<readonly [number, string]> => {
    const reply = await cluster.http('POST', path, {}, Buffer.from(body));
    return [reply.status, reply.body.toString()];
  };

  test('takes arguments by name and answers in plain JSON', async () => {
    const [status, text] = await post(
      '/apibeta/getTasksStatus',
      '{"query":{"role":"www-data","statuses":["KILLED"]}}',
    );
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ responseCode: 'OK', serverInfo: { clusterName: 'test' } });
    const [, empty] = await post('/apibeta/getTierConfigs', '');
    expect(empty).toContain('"settings":{"preemptible":"true","revocable":"false"}');
  });

  test('leads a reader to its help', async () => {
    const reply = await cluster.http('GET', '/apibeta');
    expect([reply.status, reply.headers['location']]).toEqual([303, '/apihelp/index.html']);
  });

  test.each([
    ['/apibeta/nothing', '{}', 404, 'Method nothing does not exist.'],
    ['/apibeta/constructor', '{}', 404, 'Method constructor does not exist.'],
    ['/apibeta/getJobs', '[]', 400, 'Request data must be a JSON object of method parameters.'],
    ['/apibeta/getJobs', '{', 400, 'Request must be valid JSON'],
    [
      '/apibeta/getJobs',
      '{"ownerRole":7}',
      400,
      'Failed to parse parameter ownerRole: expected a text, not 7',
    ],
    ['/apibeta/getJobs', '{"owner":"a"}', 400, 'getJobs has no parameter "owner".'],
  ])('POST %s %s is %i', async (path, body, status, message) => {
    expect(await post(path, body)).toEqual([status, message]);
  });
});

describe('the endpoints for operators', () => {
  test('count calls under the original names', async () => {
    const { body } = await cluster.http('GET', '/vars');
    const lines = body.toString().split('\n');
    expect(lines).toEqual([...lines.slice(0, -1)].sort().concat(''));
    expect(body.toString()).toMatch(/^scheduler_thrift_createJob_events [3-9]$/m);
    expect(body.toString()).toMatch(/^scheduler_thrift_createJob_nanos_per_event \d/m);
    expect(body.toString()).toMatch(/^task_store_PENDING \d+$/m);
    expect(body.toString()).toMatch(/^http_200_responses_events \d+$/m);
    for (const name of STATS_FROM_THE_START)
      expect(body.toString()).toMatch(new RegExp(`^${name} -?\\d`, 'm'));
    const asJson = await cluster.http('GET', '/vars.json?pretty=true');
    expect(JSON.parse(asJson.body.toString())).toMatchObject({ scheduler_lifecycle_ACTIVE: 1 });
    const prometheus = await cluster.http('GET', '/metrics');
    expect(prometheus.body.toString()).toMatch(
      /^# TYPE aurora_scheduler_thrift_createJob_events counter\naurora_scheduler_thrift_createJob_events \d+$/m,
    );
    for (const line of prometheus.body.toString().trimEnd().split('\n'))
      expect(line).toMatch(/^(?:# TYPE aurora_\w+ (?:counter|gauge)|aurora_\w+ (?:-?[\d.e+-]+|NaN))$/);
  });

  test.each([
    ['/health', 'OK\n'],
    ['/leaderhealth', 'Current status: This is the leading scheduler.'],
    ['/tiers', '{"default":"preemptible","tiers":{"'],
    ['/offers', '[]'],
    ['/maintenance', '{"DRAINED":[],"SCHEDULED":[],"DRAINING":{}}'],
    ['/cron', '{"scheduled":{}}'],
    ['/agents', '<!doctype html>'],
    ['/slaves', '<!doctype html>'],
    ['/services', '[{"name":"scheduler","state":"RUNNING"}]'],
    ['/state', '{"taskConfigs":{"www-data/devel/'],
    ['/pendingtasks', '[{"penaltyMs":'],
  ])('GET %s', async (path, beginning) => {
    const reply = await cluster.tcp('GET', path, { host: 'localhost' });
    expect(reply.status).toBe(200);
    expect(reply.body.toString().startsWith(beginning)).toBe(true);
  });
});

/** Of the original's list, one of each kind, and those that are computed when asked for. */
const STATS_FROM_THE_START = [
  'scheduled_task_penalty_events',
  'scheduled_task_penalty_ms_per_event',
  'scheduled_task_penalty_events_per_sec',
  'task_throttle_ms_total',
  'resources_total_consumed_cpu_cores',
  'resources_free_pool_consumed_ram_mb',
  'resources_allocated_quota_disk_mb',
  'resources_per_role_total_consumed_www-data_cpu_cores',
  'empty_slots_small',
  'empty_slots_dedicated_revocable_xlarge',
  'task_queries_by_job',
  'task_store_index_job_items',
  'preemption_slot_cache_size',
  'reservation_cache_size',
  'offers_rescinded',
  'offer_accept_races',
  'scheduler_log_native_append_events',
  'scheduler_log_native_append_nanos_per_event',
  'scheduler_log_un_snapshotted_transactions',
  'scheduler_storage_recover_nanos_total',
  'missing_maintenance_request',
  'system_load_avg',
];
