import { spawnSync } from 'node:child_process';
import { seededRandom } from '../src/base/random.js';
import { systemClock } from '../src/base/clock.js';
import { diskFileSystem } from '../src/base/file-system.js';
import { evaluate } from '../src/language/evaluate.js';
import type { Host } from '../src/language/host.js';
import { median, type Row } from './row.js';
import { starlarkMs } from './starlark.js';

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
    // In pieces of a hundred: where `+=` copies, one text of all rounds would measure nothing but that.
    "def f(n):\n  t = 0\n  for j in range(n // 100):\n    s = ''\n    for i in range(100):\n      s += 'x' + str(i)\n    t += len(s)\n  return t\nf(n)\n",
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

/** Where no Starlark is in PATH: its published 160 ns a round of the loop, for which CPython took 30. */
const STARLARK_OVER_CPYTHON = 160 / 30;

/**
 * CPU time of one round of each program, beside CPython and, when a command `starlark` that runs a file is in PATH,
 * starlark-go. The target is starlark-go in the same run.
 */
export function run(): Promise<Row[]> {
  const rows: Row[] = [];
  let loopOfPython: number | undefined;
  for (const [program, text] of PROGRAMS) {
    const ours: number[] = [];
    const python: number[] = [];
    const starlark: number[] = [];
    for (let i = 0; i < REPEATS; i++) {
      ours.push(evaluationNs(text));
      const pythons = pythonNs(text);
      if (pythons !== undefined) python.push(pythons);
      const starlarks = text.includes('class ') ? undefined : starlarkNs(text);
      if (starlarks !== undefined) starlark.push(starlarks);
    }
    loopOfPython ??= python.length > 0 ? median(python) : undefined;
    rows.push({
      metric: `${program}, a round`,
      value: median(ours),
      unit: 'ns',
      ...peers(starlark, python, loopOfPython),
    });
  }
  return Promise.resolve(rows);
}

function peers(
  starlark: readonly number[],
  python: readonly number[],
  loopOfPython: number | undefined,
): Pick<Row, 'target' | 'peer' | 'peerValue' | 'note'> {
  const beside = python.length > 0 ? `CPython ${median(python).toFixed(0)}` : 'no CPython';
  if (starlark.length > 0) {
    const peerValue = median(starlark);
    return { target: peerValue, peer: 'starlark-go', peerValue, note: beside };
  }
  if (loopOfPython === undefined) return {};
  return {
    target: STARLARK_OVER_CPYTHON * loopOfPython,
    peer: 'CPython',
    peerValue: median(python),
    note: 'target: 160/30 of the loop in CPython, as published for starlark-go',
  };
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

/** Starlark has no clock of its own: a run of no rounds is taken off. */
function starlarkNs(text: string): number | undefined {
  const whole = starlarkMs(`n = ${ROUNDS}\n${text}`);
  const empty = starlarkMs(`n = 0\n${text}`);
  return whole === undefined || empty === undefined ? undefined : ((whole - empty) * 1e6) / ROUNDS;
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
