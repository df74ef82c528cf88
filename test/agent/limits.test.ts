import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { kernelControlFiles } from '../../src/agent/isolation/control-files.js';
import { probeIsolation } from '../../src/agent/isolation/probe.js';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

const NAME = `test-${process.pid}`;
const found = probeIsolation(kernelControlFiles, NAME, process.pid);
const enforced = found.report.enforced;

/** `tail` holds all that it is given until the end. */
const HUNGRY = 'head -c 200000000 /dev/zero | tail | sleep 1000';

describe('limits', () => {
  let rig: AgentRig;

  beforeEach(async () => {
    rig = new AgentRig();
    await rig.scheduler.start();
  });

  afterEach(async () => {
    await rig.dispose();
    expect(rig.pidsLeft()).toEqual([]);
  });

  const memoryEnd = /^FAILED: Memory limit exceeded: Requested: 64MB Maximum Used: \d+MB$/;

  test('ram beyond its limit, sampled: the task is killed with Mesos’ reason', async () => {
    await rig.start();
    await rig.launch('t', oneProcess(HUNGRY));
    const statuses = await rig.scheduler.untilEnd('t');
    expect(statuses.at(-1)).toMatch(memoryEnd);
    expect(rig.scheduler.updates.at(-1)?.reason).toBe('REASON_CONTAINER_LIMITATION_MEMORY');
  });

  (enforced.includes('ram') ? test : test.skip)('ram beyond its limit, enforced by the kernel', async () => {
    rig.isolation = found;
    await rig.start();
    await rig.launch('t', oneProcess(HUNGRY));
    const statuses = await rig.scheduler.untilEnd('t');
    expect(statuses.at(-1)).toMatch(memoryEnd);
    expect(found.leftovers()).toEqual([]);
  });

  (enforced.includes('processes') ? test : test.skip)(
    'a fork bomb stays within its bound and is gone after the kill',
    async () => {
      rig.isolation = found;
      rig.options = { processLimit: 60 };
      await rig.start();
      await rig.launch(
        't',
        oneProcess('bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 1000', {}, { finalization_wait: 1 }),
      );
      await rig.scheduler.until(() =>
        rig.scheduler.heartbeats.some((heartbeat) =>
          heartbeat.tasks.some((task) => task.usage.processes >= 30),
        )
          ? true
          : undefined,
      );
      const most = Math.max(
        ...rig.scheduler.heartbeats.flatMap((beat) => beat.tasks.map((task) => task.usage.processes)),
      );
      expect(most).toBeLessThanOrEqual(60);
      await rig.kill('t');
      expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('KILLED: Instructed to kill task.');
      expect(found.leftovers()).toEqual([]);
    },
  );

  test('F16, I10: with a cgroup around them, what escaped by every way is gone, too', async () => {
    rig.isolation = found;
    await rig.start();
    const stubborn = `trap '' TERM; (setsid sh -c "trap '' TERM; (env -i sleep 301 &); env -i sleep 302" &); sleep 303 & kill -STOP $!; touch ready; sleep 304; sleep 305`;
    const ids = ['a', 'b', 'c'];
    for (const id of ids) await rig.launch(id, oneProcess(stubborn, {}, { finalization_wait: 1 }));
    for (const id of ids) await rig.scheduler.untilStatus(id, 'RUNNING');
    for (const id of ids) {
      const ready = join(rig.directory, 'tasks', id, 'sandbox/ready');
      while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const id of ids) await rig.kill(id);
    for (const id of ids)
      expect((await rig.scheduler.untilEnd(id)).at(-1)).toBe('KILLED: Instructed to kill task.');
    expect(rig.pidsLeft()).toEqual([]);
    expect(found.leftovers()).toEqual([]);
  });

  test('F17: a writer at full speed and without a newline stays within its rotation, and hides nobody', async () => {
    await rig.start();
    const logger = { destination: 'file', mode: 'rotate', rotate: { log_size: 1_000_000, backups: 2 } };
    await rig.launch('loud', oneProcess('head -c 60000000 /dev/zero; echo -n "\\0377end"', { logger }));
    await rig.launch('quiet', oneProcess('echo quiet'));
    expect((await rig.scheduler.untilEnd('quiet')).at(-1)).toBe('FINISHED: Task finished.');
    expect((await rig.scheduler.untilEnd('loud')).at(-1)).toBe('FINISHED: Task finished.');
    const logs = join(rig.directory, 'tasks/loud/sandbox/.logs/p/0');
    const sizes = readdirSync(logs).map((name) => [name, statSync(join(logs, name)).size] as const);
    expect(sizes.map(([name]) => name).sort()).toEqual(['stderr', 'stdout', 'stdout.1', 'stdout.2']);
    for (const [, size] of sizes) expect(size).toBeLessThanOrEqual(1_000_000);
    const chunk = await rig.scheduler.call<{ length: number; data: string; end: boolean }>(
      'GET',
      '/v1/tasks/loud/log?offset=-1000',
    );
    expect(chunk).toMatchObject({ end: true });
    expect(chunk.data.endsWith('end')).toBe(true);
  });

  test('an adopted task stays in its place', async () => {
    rig.isolation = found;
    await rig.start();
    await rig.launch('t', oneProcess('sleep 1000'));
    await rig.scheduler.untilStatus('t', 'RUNNING');
    await rig.leave();
    rig.isolation = probeIsolation(kernelControlFiles, `${NAME}-other`, process.pid);
    await rig.start();
    await rig.scheduler.untilRegistered(2);
    await rig.kill('t');
    expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('KILLED: Instructed to kill task.');
    expect([found.leftovers(), rig.isolation.leftovers()]).toEqual([[], []]);
  });
});

test('the probe leaves nothing behind', () => {
  if (found.report.mechanism !== 'cgroup v1') return;
  const left = ['cpu', 'memory', 'pids'].filter((controller) => {
    try {
      return readdirSync(`/sys/fs/cgroup/${controller}/aurora`).some((name) => name.startsWith(NAME));
    } catch {
      return false;
    }
  });
  expect(left).toEqual([]);
});
