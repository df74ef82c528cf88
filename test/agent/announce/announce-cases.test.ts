import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AgentRig, oneProcess } from '../rig/agent-rig.js';
import { FakeZooKeeper } from './fake-zookeeper.js';

describe('announced tasks', () => {
  let rig: AgentRig;
  let zookeeper: FakeZooKeeper;
  const ports = { assignedPorts: { http: 31000 } };
  const announced = (announce: object = {}, more: object = {}): object => ({
    ...oneProcess('sleep 100'),
    announce: { primary_port: 'http', portmap: { aurora: 'http' }, ...announce },
    ...more,
  });

  beforeEach(async () => {
    rig = new AgentRig();
    zookeeper = new FakeZooKeeper();
    await zookeeper.listen();
    rig.options = { announcer: { zookeeper: `127.0.0.1:${zookeeper.port}` } };
    await rig.scheduler.start();
    await rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
    zookeeper.close();
  });

  test('case 89: the node of a task, there while it runs, gone before its processes are', async () => {
    await rig.launch('t89', announced(), { ...ports, instanceId: 0 });
    await zookeeper.until(() => zookeeper.members.length === 1);
    expect(zookeeper.members).toEqual([`/aurora/${rig.role}/test/job/member_0000000000`]);
    expect([...zookeeper.nodes.values()].at(-1)?.data).toBe(
      '{"status": "ALIVE", "additionalEndpoints": {"aurora": {"host": "h1", "port": 31000}, "http": {"host": "h1", "port": 31000}}, "serviceEndpoint": {"host": "h1", "port": 31000}, "shard": 0}',
    );
    await rig.kill('t89');
    await zookeeper.until(() => zookeeper.members.length === 0);
    await rig.scheduler.untilEnd('t89');
  });

  test('a task that ends by itself is not announced any more', async () => {
    await rig.launch('t', { ...announced(), ...oneProcess('sleep 0.2') }, ports);
    await rig.scheduler.untilEnd('t');
    await zookeeper.until(() => zookeeper.members.length === 0);
    expect(rig.scheduler.statusesOf('t').at(-1)).toBe('FINISHED: Task finished.');
  });

  test('case 90: an ensemble that cannot be reached fails the task in the time of its health check', async () => {
    zookeeper.close();
    const health = { initial_interval_secs: 0.3, interval_secs: 1, max_consecutive_failures: 0 };
    await rig.launch('t90', announced({}, { health_check_config: health }), ports);
    expect((await rig.scheduler.untilEnd('t90')).at(-1)).toMatch(
      /^FAILED: Creating Announcer Serverset timed out\. \((127\.0\.0\.1:\d+: .*ECONNREFUSED|ZooKeeper has not answered)/,
    );
  });

  test('a next agent announces the tasks that it takes over', async () => {
    await rig.launch('t', announced(), ports);
    await zookeeper.until(() => zookeeper.members.length === 1);
    await rig.scheduler.untilStatus('t', 'RUNNING');
    const before = zookeeper.members;
    await rig.leave();
    expect(zookeeper.members).toEqual(before);
    await rig.start();
    await zookeeper.until(() => zookeeper.members.length === 2);
    expect(rig.scheduler.statusesOf('t')).toHaveLength(2);
  });

  test('a path of its own is for clusters that allow it', async () => {
    await rig.launch('no', announced({ zk_path: '/mine' }), ports);
    expect((await rig.scheduler.untilEnd('no')).at(-1)).toBe(
      'FAILED: Executor must be started with --announcer-allow-custom-serverset-path in order to use zk_path in the Announcer config',
    );
    await rig.leave();
    rig.options = {
      announcer: {
        zookeeper: `127.0.0.1:${zookeeper.port}`,
        allowCustomServersetPath: true,
        hostname: 'pub',
      },
    };
    await rig.start();
    await rig.launch('bad', announced({ zk_path: 'mine' }), ports);
    expect((await rig.scheduler.untilEnd('bad')).at(-1)).toBe(
      'FAILED: zk_path must be an absolute path, not "mine"',
    );
    await rig.launch('yes', announced({ zk_path: '/mine' }));
    await zookeeper.until(() => zookeeper.members.length === 1);
    expect(zookeeper.members).toEqual(['/mine/member_0000000000']);
    expect([...zookeeper.nodes.values()].at(-1)?.data).toContain(
      '"serviceEndpoint": {"host": "pub", "port": 0}',
    );
  });
});
