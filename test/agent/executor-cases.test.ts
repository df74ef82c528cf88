import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentRig, oneProcess, pidsNaming } from './rig/agent-rig.js';

const HEALTHY = 'RUNNING: No health-check defined, task is assumed healthy.';

describe('executor', () => {
  let rig: AgentRig;

  beforeEach(async () => {
    rig = new AgentRig();
    await rig.scheduler.start();
    await rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
    expect(pidsNaming(rig.root)).toEqual([]);
  });

  test('case 70: a task that succeeds', async () => {
    await rig.launch('t70', oneProcess('echo hello'));
    expect(await rig.scheduler.untilEnd('t70')).toEqual(['STARTING', HEALTHY, 'FINISHED: Task finished.']);
    const work = join(rig.directory, 'tasks', 't70');
    expect(existsSync(join(work, 'checkpoints/checkpoints/t70/runner'))).toBe(true);
    expect(readFileSync(join(work, 'sandbox/.logs/p/0/stdout'), 'utf8')).toBe('hello\n');
  });

  test('case 71: a task that fails', async () => {
    await rig.launch('t71', oneProcess('exit 3'));
    expect(await rig.scheduler.untilEnd('t71')).toEqual(['STARTING', HEALTHY, 'FAILED: Task failed.']);
  });

  test('case 72: killed twice, reported once', async () => {
    await rig.launch('t72', oneProcess('sleep 100'));
    await rig.scheduler.untilStatus('t72', 'RUNNING');
    await rig.kill('t72');
    await rig.kill('t72');
    expect(await rig.scheduler.untilEnd('t72')).toEqual([
      'STARTING',
      HEALTHY,
      'KILLED: Instructed to kill task.',
    ]);
    const { processes } = await rig.scheduler.call<{ processes: object[] }>('GET', '/v1/tasks/t72/processes');
    expect(processes).toMatchObject([{ name: 'p', state: 'KILLED', returnCode: -15 }]);
  });
});
