import type { Task, TaskState } from '../../model/process.js';
import type { ProcessSnapshot, RunnerEvent } from '../../thermos/task-runner-options.js';
import { printable } from '../printable.js';
import type { ThermosHost } from './context.js';
import { treeUsage, type TreeUsage } from './tree-usage.js';

const REFRESH_MS = 1000;
/** Taller tables scroll away: only what is going on is shown then. */
const MOST_LINES = 30;

/** On a terminal: one line a process with state, time, cpu and memory, redrawn as things happen. */
export class LiveView {
  readonly #host: ThermosHost;
  readonly #names: readonly string[];
  readonly #usage = new Map<string, TreeUsage>();
  #snapshots: readonly ProcessSnapshot[] = [];
  #state: TaskState = 'ACTIVE';
  #drawn = 0;
  #scheduled = false;
  #timer: { cancel(): void } | undefined;

  constructor(host: ThermosHost, task: Task) {
    this.#host = host;
    this.#names = task.processes.map((process) => process.name);
    this.#tick();
  }

  show(event: RunnerEvent, snapshots: readonly ProcessSnapshot[]): void {
    if (event.kind === 'task') this.#state = event.state;
    this.#snapshots = snapshots;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#host.clock.after(20, () => {
      this.#scheduled = false;
      if (this.#timer) this.#draw();
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#draw();
  }

  #tick(): void {
    this.#timer = this.#host.clock.after(REFRESH_MS, () => {
      for (const one of this.#snapshots) {
        if (one.state === 'RUNNING' && one.pid !== undefined) {
          const before = this.#usage.get(one.name);
          this.#usage.set(
            one.name,
            treeUsage(this.#host.files, one.pid, this.#host.clock.monotonicMs(), before),
          );
        } else this.#usage.delete(one.name);
      }
      this.#draw();
      this.#tick();
    });
  }

  #draw(): void {
    const byName = new Map(this.#snapshots.map((one) => [one.name, one]));
    const lines = this.#names.map((name) => this.#line(name, byName.get(name)));
    const shown =
      lines.length <= MOST_LINES
        ? lines
        : [
            ...lines.filter((line) => line.includes('RUNNING')).slice(0, MOST_LINES),
            summary(this.#snapshots),
          ];
    const width = Math.max(20, this.#host.columns - 1);
    const text = [`task ${this.#state}`, ...shown]
      .map((line) => `\u001b[K${line.slice(0, width)}\n`)
      .join('');
    const back = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    const below = this.#drawn > shown.length + 1 ? '\u001b[J' : '';
    this.#host.out(`${back}${text}${below}`);
    this.#drawn = shown.length + 1;
  }

  #line(name: string, one: ProcessSnapshot | undefined): string {
    const label = printable(name).padEnd(24);
    if (!one) return `  ${label} -`;
    const usage = this.#usage.get(name);
    const parts = [`  ${label} ${one.state.padEnd(8)} run ${one.run}`];
    const until = one.stopTime ?? this.#host.clock.nowMs() / 1000;
    if (one.startTime !== undefined)
      parts.push(`${Math.max(0, until - one.startTime).toFixed(1)}s`.padStart(9));
    if (one.state === 'RUNNING' && usage) {
      parts.push(`cpu ${usage.cores.toFixed(2)}`, `ram ${(usage.ramBytes / 1_048_576).toFixed(1)}MB`);
    }
    if (one.returnCode !== undefined && one.returnCode !== 0) parts.push(`rc ${one.returnCode}`);
    return parts.join('  ');
  }
}

function summary(snapshots: readonly ProcessSnapshot[]): string {
  const counts = new Map<string, number>();
  for (const one of snapshots) counts.set(one.state, (counts.get(one.state) ?? 0) + 1);
  return `  ${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}`;
}
