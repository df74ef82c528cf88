import { describe, expect, test } from '@jest/globals';
import type { SlaPolicy, TaskConfig } from '../../src/model/task-config.js';
import type { CoordinatorAnswer } from '../../src/scheduler/sla-coordinator.js';
import { ClusterRig, jobOf, KEY, taskOf } from './cluster-rig.js';

const MINUTE = 60_000;

function asking(url: string): SlaPolicy {
  return { coordinatorSlaPolicy: { coordinatorUrl: url, statusKey: 'drain' } };
}

/** A host that is being emptied, with tasks whose coordinators are asked. */
function draining(configs: readonly TaskConfig[], instances = 2): ClusterRig {
  const rig = new ClusterRig({ clusterName: 'here', slaAwareKillNonProd: true });
  rig.register('h1');
  for (const config of configs) {
    rig.create(jobOf(config, instances));
    rig.runAll(config.job);
  }
  rig.scheduler.slaDrainHosts(['h1'], { countSlaPolicy: { count: 0, durationSecs: 0 } }, 600);
  rig.live(MINUTE);
  return rig;
}

const CONFIG = taskOf({ tier: 'preemptible', slaPolicy: asking('http://c/') });

describe('a coordinator', () => {
  test('is asked about one task at a time, and a yes drains just that one', () => {
    const rig = draining([CONFIG]);
    expect(rig.questions).toHaveLength(1);
    const [question] = rig.questions;
    const asked = question?.task.assignedTask;
    expect(question?.taskKey).toBe(`here/www-data/prod/hello/${asked?.instanceId}`);
    expect(Math.round((question?.forceMaintenanceCountdownMs ?? 0) / MINUTE)).toBe(9);
    if (question) rig.scheduler.coordinatorAnswered(question, 'yes');
    const statuses = rig.tasks().map((task) => [task.assignedTask.taskId === asked?.taskId, task.status]);
    expect(statuses.sort()).toEqual([
      [false, 'RUNNING'],
      [true, 'DRAINING'],
    ]);
    expect(rig.scheduler.stats().get('sla_coordinator_lock_starvation')).toBe(1);
    rig.live(MINUTE);
    expect(rig.questions).toHaveLength(2);
    expect(rig.questions[1]?.task.assignedTask.taskId).not.toBe(asked?.taskId);
  });

  test.each<readonly [CoordinatorAnswer, string]>([
    ['no', 'success'],
    ['user-error', 'user_errors'],
    ['error', 'errors'],
  ])('%s changes nothing, is counted as %s, and is asked again', (answer, stat) => {
    const rig = draining([CONFIG], 1);
    const [question] = rig.questions;
    if (question) rig.scheduler.coordinatorAnswered(question, answer);
    expect(rig.statuses()).toEqual(['RUNNING']);
    expect(rig.scheduler.stats().get(`sla_coordinator_${stat}`)).toBe(1);
    rig.live(MINUTE);
    expect(rig.questions).toHaveLength(2);
  });

  test('is not needed once the time for its answer is over', () => {
    const rig = draining([CONFIG]);
    rig.live(10 * MINUTE);
    expect(rig.statuses().slice(0, 2)).toEqual(['DRAINING', 'DRAINING']);
    const [question] = rig.questions;
    if (question) rig.scheduler.coordinatorAnswered(question, 'yes');
    expect(rig.statuses().slice(0, 2)).toEqual(['DRAINING', 'DRAINING']);
  });

  test('that says yes after the maintenance was called off drains nothing', () => {
    const rig = draining([CONFIG], 1);
    rig.scheduler.endMaintenance(['h1']);
    const [question] = rig.questions;
    if (question) rig.scheduler.coordinatorAnswered(question, 'yes');
    expect(rig.statuses()).toEqual(['RUNNING']);
  });

  test('does not hold up another one, up to a limit', () => {
    const other = taskOf({ job: { ...KEY, name: 'other' }, slaPolicy: asking('http://d/') });
    expect(
      draining([CONFIG, other], 1)
        .questions.map(({ policy }) => policy.coordinatorUrl)
        .sort(),
    ).toEqual(['http://c/', 'http://d/']);
  });
});
