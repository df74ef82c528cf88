import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readStream } from '../../src/thermos/checkpoint-stream.js';
import { systemProcessTable } from '../../src/thermos/process-table.js';
import { replay, type RunnerState } from '../../src/thermos/runner-state.js';
import { compareCase, type CommandResult, type Outcome } from './thermos-compare.js';
import { findDeliberate } from './thermos-differences.js';
import type { RecordedFile, ScriptStep, ThermosCase } from './thermos-cases.js';

export interface ThermosVerdict {
  readonly name: string;
  /** What differs from the recording, one line each; none when the case passed. */
  readonly problems: readonly string[];
  /** Why a difference is on purpose, or why the case was not run. */
  readonly notes: readonly string[];
}

export interface ThermosCasesResult {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly ThermosVerdict[];
  readonly notes: readonly ThermosVerdict[];
}

/** Runs recorded cases with the built `thermos`, a few at a time. */
export async function runThermosCases(
  cases: readonly ThermosCase[],
  program: string,
  parallel = 4,
): Promise<ThermosCasesResult> {
  const verdicts: ThermosVerdict[] = [];
  const waiting = cases.filter((one) => one.kind !== 'observer');
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        verdicts.push(await runThermosCase(next, program));
      }
    }),
  );
  const failures = verdicts.filter((verdict) => verdict.problems.length > 0);
  const notes = verdicts.filter((verdict) => verdict.problems.length === 0 && verdict.notes.length > 0);
  return { passed: verdicts.length - failures.length, failed: failures.length, failures, notes };
}

/** Runs one case in a folder of its own, which is removed together with whatever still runs in it. */
export async function runThermosCase(recorded: ThermosCase, program: string): Promise<ThermosVerdict> {
  const place = new Place(recorded, program);
  try {
    const outcome = await place.run();
    return { name: recorded.name, ...compareCase(recorded, outcome) };
  } catch (error) {
    // A script of the original's own missteps cannot be followed.
    const reason = findDeliberate(recorded, 'commands');
    if (reason !== undefined) return { name: recorded.name, problems: [], notes: [reason] };
    return { name: recorded.name, problems: [(error as Error).message], notes: [] };
  } finally {
    place.remove();
  }
}

/** A step that waits for something waits no longer than this. */
const PATIENCE_MS = 30_000;

class Place {
  readonly #recorded: ThermosCase;
  readonly #program: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'thermos-case-'));
  readonly #root = join(this.#directory, 'root');
  #sandbox = join(this.#directory, 'sandbox');
  readonly #file: string;
  readonly #children: ChildProcess[] = [];

  constructor(recorded: ThermosCase, program: string) {
    this.#recorded = recorded;
    this.#program = program;
    this.#file = join(this.#directory, `task${recorded.fileExtension ?? '.thermos'}`);
  }

  async run(): Promise<Outcome> {
    const { definition, setup, sandboxMode, script, argv } = this.#recorded;
    mkdirSync(join(this.#directory, 'tmp'));
    if (definition !== undefined) writeFileSync(this.#file, definition);
    for (const [path, text] of Object.entries(setup ?? {})) {
      const target = this.#fill(path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    if (sandboxMode !== undefined) {
      mkdirSync(this.#sandbox, { recursive: true });
      chmodSync(this.#sandbox, Number.parseInt(sandboxMode, 8));
    }
    const commands = script ? await this.#script(script) : [await this.#command(argv ?? [])];
    const state = this.#state();
    if (state?.header) this.#sandbox = state.header.sandbox;
    return {
      commands,
      state,
      records: this.#records('runner'),
      root: this.#root,
      sandbox: this.#sandbox,
      rootTree: existsSync(this.#root) ? tree(this.#root) : [],
      files: existsSync(this.#sandbox) ? sandboxFiles(this.#sandbox) : [],
      taskJson: this.#taskJson(),
      status: await this.#after(this.#recorded.status?.argv),
      read: await this.#after(this.#recorded.read?.argv),
      inspect: await this.#after(this.#recorded.inspect?.argv),
    };
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const pid of this.#alive()) systemProcessTable.signal(pid, 'SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #script(steps: readonly ScriptStep[]): Promise<CommandResult[]> {
    const results: CommandResult[] = [];
    let background: Promise<void> | undefined;
    for (const step of steps) {
      const argv = step['argv'] as string[] | undefined;
      if (step['do'] === 'start') {
        const at = results.length;
        results.push({ exit: null, stdout: '', stderr: '' });
        background = this.#command(argv ?? []).then((result) => {
          results[at] = result;
        });
      } else if (step['do'] === 'run') results.push(await this.#command(argv ?? []));
      else if (step['do'] === 'wait') await background;
      else if (step['do'] === 'alive') {
        results.push({ exit: null, stdout: '', stderr: '', count: this.#count(String(step['pattern'])) });
      } else await this.#step(step);
    }
    return results;
  }

  async #step(step: ScriptStep): Promise<void> {
    switch (step['do']) {
      case 'sleep':
        await pause(Number(step['seconds']) * 1000);
        return;
      case 'waitProcess':
        await this.#until(() => this.#reached('runner', step));
        return;
      case 'waitCoordinator': {
        // Our coordinators tell their journal first; the stream follows when a runner reads it.
        const journal = join(this.#root, 'checkpoints', this.#recorded.taskId ?? '', 'journal');
        await this.#until(
          () =>
            this.#reached(`coordinator.${String(step['process'])}`, step) ||
            (existsSync(journal) && /^x /m.test(readFileSync(journal, 'utf8'))),
        );
        return;
      }
      case 'waitTask':
        await this.#until(() => this.#state()?.statuses.at(-1)?.state === step['state']);
        return;
      case 'signal':
        this.#signal(step);
        return;
      case 'truncate': {
        const path = this.#fill(String(step['path']));
        truncateSync(path, Math.max(0, statSync(path).size - Number(step['bytes'])));
        return;
      }
      default:
        throw new Error(`unknown step ${JSON.stringify(step)}`);
    }
  }

  #reached(stream: string, step: ScriptStep): boolean {
    const wanted = Number(step['run'] ?? 0);
    let run = -1;
    let reached = false;
    for (const record of this.#records(stream)) {
      if (record.kind !== 'process' || record.status.process !== step['process']) continue;
      const begins = stream === 'runner' ? 'WAITING' : 'FORKED';
      if (record.status.state === begins) run += 1;
      reached ||= run === wanted && record.status.state === step['state'];
    }
    return reached;
  }

  #signal(step: ScriptStep): void {
    const target = String(step['target']);
    const state = this.#state();
    const [kind, name = ''] = target.split(':');
    const run = state?.processes.get(name)?.at(-1);
    const pid =
      kind === 'runner'
        ? state?.statuses.at(-1)?.runnerPid
        : kind === 'process'
          ? run?.pid
          : run?.coordinatorPid;
    if (pid === undefined) throw new Error(`nobody to signal: ${target}`);
    process.kill(step['group'] === true ? -pid : pid, String(step['signal']));
  }

  async #command(argv: readonly string[]): Promise<CommandResult> {
    const [name, ...rest] = argv;
    const words = [...(name === 'thermos_runner' ? ['runner'] : []), ...rest.map((word) => this.#fill(word))];
    const paths = ['out', 'err'].map((stream) => join(this.#directory, `${stream}${this.#children.length}`));
    const descriptors = paths.map((path) => openSync(path, 'w'));
    // Files, not pipes, as when the cases were recorded.
    const child = spawn(
      '/bin/sh',
      ['-c', UMASK, 'sh', this.#recorded.umask ?? '022', this.#program, ...words],
      {
        stdio: ['ignore', ...descriptors],
        cwd: this.#directory,
        env: this.#environment(),
      },
    );
    this.#children.push(child);
    for (const descriptor of descriptors) closeSync(descriptor);
    const exit = await new Promise<number>((done) => {
      child.on('exit', (code, signal) => {
        done(code ?? -(SIGNAL_NUMBER[signal ?? 'SIGKILL'] ?? 0));
      });
    });
    const [stdout = '', stderr = ''] = paths.map((path) => readFileSync(path, 'utf8'));
    return { exit, stdout: this.#normal(stdout), stderr: this.#normal(stderr) };
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      NODE: process.execPath,
      HOME: this.#directory,
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: 'UTC',
      USER: 'root',
      LOGNAME: 'root',
      TMPDIR: join(this.#directory, 'tmp'),
      CALLER_VARIABLE: 'caller',
      ...this.#recorded.callerEnv,
    };
  }

  async #after(argv: readonly string[] | undefined): Promise<CommandResult | undefined> {
    return argv ? this.#command(argv) : undefined;
  }

  async #until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error('a step of the script waited in vain');
      await pause(20);
    }
  }

  #count(pattern: string): number {
    return this.#alive().filter((pid) => systemProcessTable.commandLine(pid)?.join(' ').includes(pattern))
      .length;
  }

  #alive(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => systemProcessTable.environmentValue(pid, 'HOME')?.startsWith(this.#directory));
  }

  #records(stream: string): ReturnType<typeof readStream>['records'] {
    const path = join(this.#root, 'checkpoints', this.#recorded.taskId ?? this.#recorded.name, stream);
    return existsSync(path) ? readStream(readFileSync(path)).records : [];
  }

  #state(): RunnerState | undefined {
    const records = this.#records('runner');
    return records.length > 0 ? replay(records) : undefined;
  }

  #taskJson(): unknown {
    const id = this.#recorded.taskId ?? this.#recorded.name;
    for (const status of ['active', 'finished']) {
      const path = join(this.#root, 'tasks', status, id);
      if (existsSync(path))
        return JSON.parse(readFileSync(path, 'utf8').replaceAll(this.#sandbox, '@SANDBOX@'));
    }
    return undefined;
  }

  #fill(text: string): string {
    return text
      .replaceAll('@ROOT@', this.#root)
      .replaceAll('@SANDBOX@', this.#sandbox)
      .replaceAll('@FILE@', this.#file)
      .replaceAll('@LOGS@', join(this.#directory, 'logs'))
      .replaceAll('@ID@', this.#recorded.taskId ?? this.#recorded.name);
  }

  #normal(text: string): string {
    return text
      .replaceAll(this.#root, '@ROOT@')
      .replaceAll(this.#sandbox, '@SANDBOX@')
      .replaceAll(this.#file, '@FILE@')
      .replaceAll(join(this.#directory, 'logs'), '@LOGS@')
      .replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, '<asctime>');
  }
}

const UMASK = 'umask "$1"; p=$2; shift 2; node=$NODE; unset NODE; exec "$node" "$p" "$@"';
const SIGNAL_NUMBER: Readonly<Record<string, number>> = { SIGKILL: 9, SIGTERM: 15, SIGINT: 2, SIGHUP: 1 };

function tree(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .flatMap((name) => {
      const path = join(below, name);
      return lstatSync(join(folder, path)).isDirectory() ? tree(folder, path) : [path];
    })
    .sort();
}

function sandboxFiles(sandbox: string, below = ''): RecordedFile[] {
  return readdirSync(join(sandbox, below)).flatMap((name): RecordedFile[] => {
    const path = join(below, name);
    const stat = statSync(join(sandbox, path), { throwIfNoEntry: false });
    if (!stat) return [{ path }];
    const mode = (lstatSync(join(sandbox, path)).mode & 0o7777).toString(8);
    if (stat.isDirectory()) {
      const inside = sandboxFiles(sandbox, path);
      return inside.length > 0 ? inside : [{ path, mode, type: 'dir' }];
    }
    if (!stat.isFile()) return [{ path, mode }];
    const bytes = readFileSync(join(sandbox, path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const text = bytes.toString('utf8').replaceAll(realpathSync(sandbox), '@SANDBOX@');
    return [{ path, mode, uid: stat.uid, size: bytes.length, sha256, text }];
  });
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
