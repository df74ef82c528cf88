import { spawnSync } from 'node:child_process';
import { seededRandom } from '../src/base/random.js';
import { systemClock } from '../src/base/clock.js';
import { diskFileSystem } from '../src/base/file-system.js';
import { evaluate } from '../src/language/evaluate.js';
import type { Host } from '../src/language/host.js';
import { median, type Row } from './row.js';

export const name = 'interpreter';

const ROUNDS = 300_000;
const REPEATS = 5;

/** Each program makes `n` rounds of what its name says; it is Python 3 as well, for the peer. */
const PROGRAMS: ReadonlyArray<readonly [name: string, text: string]> = [
  ['gauss loop', 'def f(n):\n  t = 0\n  for i in range(n):\n    t = t + i * 2\n  return t\nf(n)\n'],
  [
    'function call',
    'def g(x):\n  return x + 1\ndef f(n):\n  t = 0\n  for i in range(n):\n    t = g(t)\n  return t\nf(n)\n',
  ],
  [
    'method call',
    'class P(object):\n  def get(self):\n    return 1\ndef f(n):\n  p = P()\n  t = 0\n  for i in range(n):\n    t += p.get()\nf(n)\n',
  ],
  [
    'string building',
    "def f(n):\n  s = ''\n  for i in range(n):\n    s += 'x' + str(i)\n  return len(s)\nf(n)\n",
  ],
  ['percent format', "def f(n):\n  for i in range(n):\n    s = 'job-%s-%d' % ('a', i)\nf(n)\n"],
  ['comprehension', 'def f(n):\n  return [i * i for i in range(n) if i % 3]\nf(n)\n'],
  [
    'sort by key',
    'def f(n):\n  return sorted([(i * 7919) % 100003 for i in range(n)], key=lambda v: -v)\nf(n)\n',
  ],
  [
    'dict update',
    'def f(n):\n  d = {}\n  for i in range(n):\n    d[i % 1000] = d.get(i % 1000, 0) + 1\nf(n)\n',
  ],
];

/** CPU time of one round of each program, beside CPython in the same run where there is one. */
export function run(): Promise<Row[]> {
  const rows = PROGRAMS.map(([program, text]): Row => {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < REPEATS; i++) {
      ours.push(evaluationNs(text));
      const peer = pythonNs(text);
      if (peer !== undefined) theirs.push(peer);
    }
    return {
      metric: `${program}, a round`,
      value: median(ours),
      unit: 'ns',
      ...(theirs.length > 0 && { peer: 'CPython', peerValue: median(theirs) }),
      ...(program === 'gauss loop' && { target: 160, note: 'target: starlark-go' }),
    };
  });
  return Promise.resolve(rows);
}

function evaluationNs(text: string): number {
  const globals = new Map([['n', ROUNDS]]);
  const before = process.cpuUsage();
  evaluate({ path: 'bench.aurora', text }, { host, globals, mode: 'python3' });
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / ROUNDS;
}

function pythonNs(text: string): number | undefined {
  const timed = `import time\nn = ${ROUNDS}\nt0 = time.process_time()\n${text}print(time.process_time() - t0)\n`;
  const { stdout, status } = spawnSync('python3', ['-c', timed], { encoding: 'utf8' });
  return status === 0 ? (Number(stdout) * 1e9) / ROUNDS : undefined;
}

const host: Host = {
  environment: new Map(),
  files: diskFileSystem,
  currentDirectory: process.cwd(),
  userName: 'bench',
  userId: 0,
  groupId: 0,
  home: undefined,
  hostname: 'bench',
  system: 'Linux',
  release: '',
  machine: '',
  clock: systemClock,
  random: seededRandom(1),
};
