import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticError, renderDiagnostic } from '../../src/base/diagnostic.js';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import { checkConfig } from '../../src/config/check-config.js';
import { convertJob } from '../../src/config/convert.js';
import { loadConfig } from '../../src/config/load.js';
import { prepareJob } from '../../src/config/prepare-job.js';
import { testHost } from '../rig/language-host.js';
import { memoryFiles } from '../rig/memory-files.js';

export interface MutationOptions {
  readonly programs: number;
  readonly seed: number;
  readonly onProgram?: (done: number) => void;
}

export interface MutationReport {
  readonly programs: number;
  /** Programs that were still right. */
  readonly accepted: number;
  /** Each with the seed that makes the program again: `npm run torture -- language 1 SEED`. */
  readonly violations: readonly string[];
}

/** Words that only the machinery under the language would say. */
const JAVASCRIPT =
  /TypeError: Cannot|is not a function|undefined \(reading|\[object |node:internal|\bat .*\.[cjmt]+s:\d|\[native code\]|Symbol\(|Maximum call stack|undefined is not iterable|is not iterable \(cannot|RangeError: (?:Invalid|Maximum|Array)|\bNaN\b|Unexpected token/m;

/** Small, so that a program that never ends is done with at once. */
const BUDGETS = { steps: 200_000, valueBytes: 32 * 2 ** 20, outputBytes: 2 ** 20, wallMs: 20_000 };

const ROOT = '/case';

/** Configs as people write them, broken at random: each is compiled or refused in plain words, and nothing else. */
export function runMutationTorture({ programs, seed, onProgram }: MutationOptions): MutationReport {
  const seeds = seedPrograms();
  const violations: string[] = [];
  let accepted = 0;
  for (let index = 0; index < programs; index++) {
    const text = mutate(seeds, seededRandom(seed + index));
    const { violation, fine } = tryProgram(text);
    if (fine) accepted += 1;
    if (violation !== undefined) violations.push(`seed ${seed + index}: ${violation}\n${text}\n----`);
    onProgram?.(index + 1);
  }
  return { programs, accepted, violations };
}

function seedPrograms(): string[] {
  const cases = JSON.parse(readFileSync('test/testdata/cases/config-cases.json', 'utf8')) as Array<{
    readonly files: Readonly<Record<string, string>>;
  }>;
  const examples = readdirSync('configs/examples')
    .filter((name) => name.endsWith('.aurora'))
    .map((name) => readFileSync(join('configs/examples', name), 'utf8'));
  const programs = cases.flatMap(({ files }) => Object.values(files));
  return [...examples, ...programs].filter((text) => text.length < 10_000);
}

function tryProgram(text: string): { violation?: string; fine: boolean } {
  const strangers: string[] = [];
  const files = watched(memoryFiles(ROOT, { 'main.aurora': text, 'helper.aurora': 'x = 1\n' }), strangers);
  const host = testHost({ files, currentDirectory: ROOT });
  const options = { host, print: () => undefined, budgets: BUDGETS };
  let shown = '';
  try {
    const config = loadConfig('main.aurora', options);
    for (const index of config.jobs.keys()) convertJob(prepareJob(config, index), { user: 'tester' });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) return { violation: stackOf(error), fine: false };
    shown = error.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n');
  }
  const fine = shown === '';
  try {
    shown += checkConfig('main.aurora', options)
      .map((diagnostic) => renderDiagnostic(diagnostic))
      .join('\n');
  } catch (error) {
    return { violation: `check: ${stackOf(error)}`, fine };
  }
  // What the program itself says is shown, too.
  const message = shown.split('\n').filter((line) => !/^\s*\d+ \|/.test(line));
  const found = message.find((line) => JAVASCRIPT.test(line) && !text.includes(line.trim().slice(-12)));
  if (found !== undefined) return { violation: `says ${found}`, fine };
  if (strangers.length > 0) return { violation: `read ${strangers.join(', ')}`, fine };
  return { fine };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The files of the case, telling of reads elsewhere that gave something. */
function watched(files: ReturnType<typeof memoryFiles>, strangers: string[]): ReturnType<typeof memoryFiles> {
  return {
    ...files,
    readFile: (path) => {
      const content = files.readFile(path);
      if (!files.realpath(path).startsWith(`${ROOT}/`)) strangers.push(path);
      return content;
    },
  };
}

const FRAGMENTS = [
  ...'()[]{}:;,.=+-*/%@\\\'"#~^&|<>!$?`'.split(''),
  '\n',
  '\n    ',
  '\t',
  '\0',
  '\u00a0',
  '\ud800',
  '\u202e',
  '{{',
  '}}',
  '{{&',
  '{{x[',
  '"""',
  "f'{",
  'lambda ',
  'lambda: ',
  'for x in ',
  ' if ',
  ' else ',
  'while True:',
  'yield ',
  'return ',
  'class A(',
  'def f(*a, **k):',
  'import os\n',
  'from pystachio import *\n',
  'del ',
  'not ',
  ' in ',
  ' is ',
  '**',
  '//',
  '<<',
  '>>',
  ':=',
  '->',
  'None',
  'True',
  'Empty',
  'Default(',
  'Required(',
  'List(',
  'Map(',
  'Choice([',
  'Enum(',
  '__init__',
  '__class__',
  '__proto__',
  'constructor',
  '.bind(',
  '.get()',
  '.check()',
  '.interpolate()',
  '.json_dumps()',
  '%s',
  '%(x)s',
  '0',
  '-1',
  '1e999',
  '9'.repeat(40),
  '0777',
  '0x',
  '1j',
  'range(10**9)',
  "'x' * 10**9",
  '[0] * 10**9',
  'globals()',
  'locals()',
  'self',
  'super(',
  'raise ',
  'try:\n  pass\nexcept Exception as e: ',
  'with open("/etc/passwd") as f: print(f.read())\n',
  'include("../x")\n',
  "include('/etc/passwd')\n",
];

const MOST_CHANGES = 3;

function mutate(seeds: readonly string[], random: Random): string {
  let text = pick(seeds, random);
  const changes = 1 + below(random, MOST_CHANGES);
  for (let change = 0; change < changes; change++) text = mutateOnce(text, seeds, random);
  return text;
}

function mutateOnce(text: string, seeds: readonly string[], random: Random): string {
  const at = below(random, text.length + 1);
  const to = Math.min(text.length, at + 1 + below(random, 12));
  switch (below(random, 9)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, at) + pick(FRAGMENTS, random) + text.slice(at);
    case 2:
      return text.slice(0, at) + pick(FRAGMENTS, random) + text.slice(to);
    case 3:
      return text.slice(0, to) + text.slice(at, to) + text.slice(to);
    case 4:
      return swapWords(text, random);
    case 5:
      return changeLines(text, random);
    case 6: {
      const other = pick(seeds, random);
      return text.slice(0, at) + other.slice(below(random, other.length));
    }
    case 7: {
      const other = pick(seeds, random).split('\n');
      const line = pick(other, random);
      const lines = text.split('\n');
      lines.splice(below(random, lines.length + 1), 0, line);
      return lines.join('\n');
    }
    default:
      return text.slice(0, at) + String.fromCharCode(below(random, 0x250)) + text.slice(at + 1);
  }
}

/** Two words, names or numbers or operators, change places. */
function swapWords(text: string, random: Random): string {
  const words = [...text.matchAll(/\w+|[^\w\s]+/g)];
  if (words.length < 2) return text;
  const [a, b] = [pick(words, random), pick(words, random)].sort((x, y) => x.index - y.index);
  if (!a || !b || a.index === b.index) return text;
  const between = text.slice(a.index + a[0].length, b.index);
  return text.slice(0, a.index) + b[0] + between + a[0] + text.slice(b.index + b[0].length);
}

/** A line goes, comes twice, or is moved in or out. */
function changeLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = below(random, lines.length);
  const line = lines[at] ?? '';
  const choice = below(random, 4);
  if (choice === 0) lines.splice(at, 1);
  else if (choice === 1) lines.splice(at, 0, line);
  else if (choice === 2) lines[at] = `  ${line}`;
  else lines[at] = line.trimStart();
  return lines.join('\n');
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[below(random, items.length)] as T;
}
