import { expect, test } from '@jest/globals';
import { explanationsText } from '../../src/cli/job/explanation-text.js';
import { plainStyle } from '../../src/cli/style.js';
import type { TaskExplanation } from '../../src/model/cluster.js';

const wants = { cpus: 4, ramMb: 1024, diskMb: 10, gpus: 0, ports: 1 };
const agent = (host: string, cpus: number, ...vetoes: string[]) => ({
  host,
  vetoes,
  free: { cpus, ramMb: 512, diskMb: 100, gpus: 0, ports: 100 },
});
const pending = (instanceId: number, agents: TaskExplanation['agents']): TaskExplanation => ({
  taskId: `t${instanceId}`,
  instanceId,
  status: 'PENDING',
  reason: 'Insufficient: CPU',
  wants,
  agents,
});

test('equal instances are told of once, with what they want, what there is, and what would fit', () => {
  const agents = [agent('a', 1.5, 'Insufficient: CPU'), agent('b', 2.25, 'Insufficient: CPU')];
  const text = explanationsText([pending(1, agents), pending(2, agents), pending(4, agents)], plainStyle);
  expect(text.split('\n')).toEqual([
    'instances [1-2], [4]  PENDING',
    '  waits because: Insufficient: CPU',
    '  wants: 4 cores, 1024 MB of RAM, 10 MB of disk, 1 ports',
    '  fits on none of 2 agents: Insufficient: CPU on 2',
    '    a: Insufficient: CPU (1.5 cores free)',
    '    b: Insufficient: CPU (2.25 cores free)',
    '  would fit: with at most 2.25 cores, on b',
    '  preemption would not help',
  ]);
});

test('several lacks on one agent, and agents that no amount would help', () => {
  const agents = [
    agent('a', 1, 'Insufficient: CPU', 'Insufficient: RAM'),
    agent('b', 9, 'Host is dedicated'),
  ];
  const text = explanationsText([pending(0, agents)], plainStyle);
  expect(text).toContain('    a: Insufficient: CPU, Insufficient: RAM (1 cores free, 512 MB of RAM free)');
  expect(text).toContain('  would fit: with at most 1 cores and 512 MB of RAM, on a');
  const none = explanationsText([pending(0, [agent('b', 9, 'Limit not satisfied: host')])], plainStyle);
  expect(none).not.toContain('would fit:');
});

test('of many agents the first, and how many more there are', () => {
  const agents = Array.from({ length: 5000 }, (_, i) => agent(`h${i}`, 0, 'Insufficient: CPU'));
  const lines = explanationsText([pending(0, agents)], plainStyle).split('\n');
  expect(lines.length).toBeLessThan(30);
  expect(lines).toContain('    and 4980 more; --write-json lists them all');
  expect(lines.join()).not.toContain('would fit:');
});
