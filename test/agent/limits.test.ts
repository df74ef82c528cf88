import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
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
