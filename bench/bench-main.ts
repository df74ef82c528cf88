import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Benchmark, Row } from './row.js';

/**
 * `npm run bench` runs every benchmark, `npm run bench -- NAME...` some. Each prints its table; the figures
 * go to bench/results.json with machine, Node version and commit.
 */
const RESULTS = 'bench/results.json';

/** Loaded when it is run: a benchmark measures memory too. */
const benchmarks: ReadonlyMap<string, () => Promise<Benchmark>> = new Map<string, () => Promise<Benchmark>>([
  ['start', () => import('./start.js')],
  ['create', () => import('./create.js')],
  ['idle', () => import('./idle.js')],
  ['jobs-n', () => import('./jobs-n.js')],
  ['one-of-many', () => import('./one-of-many.js')],
  ['interpreter', () => import('./interpreter.js')],
  ['template', () => import('./template.js')],
  ['launch', () => import('./launch.js')],
  ['sequence', () => import('./sequence.js')],
  ['density', () => import('./density.js')],
  ['logs', () => import('./logs.js')],
  ['kill', () => import('./kill.js')],
  ['fill-200k', () => import('./fill-200k.js')],
  ['reject', () => import('./reject.js')],
  ['preempt', () => import('./preempt.js')],
  ['store', () => import('./store.js')],
  ['status', () => import('./status.js')],
  ['k8s-basic', () => import('./k8s-basic.js')],
  ['million', () => import('./million.js')],
  ['arrivals', () => import('./arrivals.js')],
  ['failover', () => import('./failover.js')],
  ['journal', () => import('./journal.js')],
  ['api', () => import('./api.js')],
  ['scale', () => import('./scale.js')],
]);

await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !benchmarks.has(name));
  if (unknown.length > 0) {
    console.error(
      `No benchmark named ${unknown.join(', ')}. There are: ${[...benchmarks.keys()].join(', ')}`,
    );
    process.exitCode = 2;
    return;
  }
  const [name] = names;
  if (name !== undefined && names.length === 1) await runHere(name);
  else for (const each of names.length > 0 ? names : benchmarks.keys()) runInItsOwnProcess(each);
}

/** What one benchmark leaves on the heap is none of the next one's memory. */
function runInItsOwnProcess(name: string): void {
  const program = [...process.execArgv, process.argv[1] ?? '', name];
  const { status } = spawnSync(process.execPath, program, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

async function runHere(name: string): Promise<void> {
  const benchmark = await benchmarks.get(name)?.();
  if (!benchmark) return;
  const rows = await benchmark.run();
  printTable(name, rows);
  record(name, rows);
}

function printTable(name: string, rows: readonly Row[]): void {
  console.log(`\n${name}`);
  for (const row of rows) {
    const parts = [`  ${row.metric.padEnd(44)} ${format(row.value).padStart(10)} ${row.unit}`];
    if (row.target !== undefined) parts.push(`target ${format(row.target)}`);
    if (row.peer !== undefined)
      parts.push(`${row.peer}${row.peerValue === undefined ? '' : ` ${format(row.peerValue)}`}`);
    if (row.note !== undefined) parts.push(row.note);
    console.log(parts.join(' | '));
  }
}

function format(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function record(name: string, rows: readonly Row[]): void {
  const results = existsSync(RESULTS)
    ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as { benchmarks: Record<string, unknown> })
    : { benchmarks: {} };
  results.benchmarks[name] = {
    measured: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    node: process.version,
    machine: `${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}`,
    rows,
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
}
