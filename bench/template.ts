import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localMachine } from '../src/base/machine.js';
import { convertJob } from '../src/config/convert.js';
import { loadConfigText } from '../src/config/load.js';
import { prepareJob } from '../src/config/prepare-job.js';
import { median, type Row } from './row.js';

export const name = 'template';

const JOB = (cmdline: string, more = ''): string => `
jobs = [Job(name='t', role='r', cluster='c', environment='test',
  task=Task(name='t', processes=[Process(name='p', cmdline=${cmdline})],
            resources=Resources(cpu=1, ram=MB, disk=MB)))${more}]
`;

const CHAIN = (length: number): string =>
  JOB(
    `'{{v0}}'`,
    `.bind({${Array.from({ length }, (_, i) => `'v${i}': '{{v${i + 1}}}'`).join(', ')}, 'v${length}': 'end'})`,
  );

/** Files of a few lines, each included once. */
const MOST_INCLUDES = 1_000;
const INCLUDED = (index: number): string =>
  `value_${index} = ${index}\ndef make_${index}(name):\n  return Process(name=name, cmdline='run %d' % value_${index})\n`;
const INCLUDES = (count: number): string =>
  `for i in range(${count}):\n  include('part_%d.inc' % i)\n${JOB(`make_${count - 1}('x').cmdline().get()`)}`;

const WORKLOADS: ReadonlyArray<readonly [string, string]> = [
  ['100 includes', INCLUDES(100)],
  ['1,000 includes', INCLUDES(MOST_INCLUDES)],
  ['chain of 49 references', CHAIN(49)],
  ['chain of 99 references', CHAIN(99)],
  [
    'command line of 0.5 MB with a tag each 100 bytes',
    JOB(`('x' * 91 + '{{value}}') * 5000`, `.bind(value='1')`),
  ],
  [
    'command line of 1 MB with a tag each 100 bytes',
    JOB(`('x' * 91 + '{{value}}') * 10000`, `.bind(value='1')`),
  ],
  [
    'map of 5,000 keys',
    JOB(`'{{m[k7]}}'`, `.bind(m=Map(String, String)(dict(('k%d' % i, 'v') for i in range(5000))))`),
  ],
  [
    'map of 10,000 keys',
    JOB(`'{{m[k7]}}'`, `.bind(m=Map(String, String)(dict(('k%d' % i, 'v') for i in range(10000))))`),
  ],
  [
    '10,000 references to a map',
    JOB(
      `''.join('{{m[k%d]}}' % i for i in range(10000))`,
      `.bind(m=Map(String, String)(dict(('k%d' % i, 'v') for i in range(10000))))`,
    ),
  ],
];

/** Milliseconds of CPU from text to JobConfiguration; pairs of sizes show that the cost is linear. */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-'));
  try {
    for (let i = 0; i < MOST_INCLUDES; i++) writeFileSync(join(folder, `part_${i}.inc`), INCLUDED(i));
    const path = join(folder, 'template.aurora');
    return WORKLOADS.map(([metric, text]) => ({
      metric,
      value: median(Array.from({ length: 5 }, () => measure(path, text))),
      unit: 'ms',
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(path: string, text: string): number {
  const before = process.cpuUsage();
  const config = loadConfigText({ path, text }, { host: localMachine() });
  convertJob(prepareJob(config, 0), { user: 'bench' });
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}
