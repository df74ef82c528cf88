import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built `thermos` command over a checkpoint root of its own. */
export class CommandRig {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), 'thermos-command-')));
  readonly root = join(this.directory, 'root');
  readonly #started: ChildProcess[] = [];

  constructor(private readonly program: string) {}

  thermos(...words: string[]): Said {
    return spawnSync(process.execPath, [this.program, ...words], { encoding: 'utf8' });
  }

  /** Runs a task to its end. */
  runTask(taskId: string, processes: unknown[], ...more: string[]): Said {
    return this.thermos(...this.#words(taskId, processes, more));
  }

  startTask(taskId: string, processes: unknown[], ...more: string[]): ChildProcess {
    const words = [this.program, ...this.#words(taskId, processes, more)];
    const runner = spawn(process.execPath, words, { stdio: 'ignore' });
    this.#started.push(runner);
    return runner;
  }

  sandboxOf(taskId: string): string {
    return join(this.directory, `sandbox-${taskId}`);
  }

  dispose(): void {
    for (const runner of this.#started) runner.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  #words(taskId: string, processes: unknown[], more: readonly string[]): string[] {
    const file = join(this.directory, `${taskId}.json`);
    writeFileSync(file, JSON.stringify({ name: taskId, processes }));
    const place = [`--root=${this.root}`, `--sandbox=${this.sandboxOf(taskId)}`, `--task_id=${taskId}`];
    return ['run', ...place, '--json', ...more, file];
  }
}
