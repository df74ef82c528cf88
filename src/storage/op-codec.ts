import type { ScheduleStatus } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { Op, StoredEvent, TaskTransition } from './op.js';

/**
 * Ops as JSON text: readable with any SQLite tool. The only thing of the model that JSON lacks is the map of
 * task links; it is written as pairs. User text occurs as values only, never as a property name.
 *
 * Most ops are transitions, and in one transaction most of those share an event: a transition is the list
 * `[task id, event, rest]`, its event a number when the transaction had it before (0 is the first one written out),
 * `rest` its other fields, left out when there are none.
 */
export function encodeOps(ops: readonly Op[]): string {
  const events = new EventNumbers();
  let text = '[';
  for (const op of ops) {
    if (text.length > 1) text += ',';
    text += op.op === 'transition' ? encodeTransition(op, events) : JSON.stringify(toJson(op));
  }
  return `${text}]`;
}

/** Throws SyntaxError or TypeError when the text is not what `encodeOps` wrote, in this form or the first one. */
export function decodeOps(text: string): Op[] {
  const ops = JSON.parse(text) as unknown;
  if (!Array.isArray(ops)) throw new TypeError('not a list of ops');
  const events: StoredEvent[] = [];
  return ops.map((op: unknown) => (Array.isArray(op) ? decodeTransition(op, events) : fromJson(op)));
}

type Rest = Pick<TaskTransition, 'agent' | 'failed' | 'partitioned'>;

function encodeTransition(transition: TaskTransition, events: EventNumbers): string {
  const { taskId, event, agent, failed, partitioned } = transition;
  const head = `[${JSON.stringify(taskId)},${events.write(event)}`;
  if (!agent && !failed && !partitioned) return `${head}]`;
  return `${head},${JSON.stringify({ agent, failed, partitioned })}]`;
}

function decodeTransition(item: readonly unknown[], events: StoredEvent[]): TaskTransition {
  const [taskId, written, rest] = item as [string, StoredEvent | number, Rest?];
  if (typeof written !== 'number') events.push(written);
  const event = typeof written === 'number' ? events[written] : written;
  if (!event) throw new TypeError('a transition without an event');
  return rest ? { op: 'transition', taskId, event, ...rest } : { op: 'transition', taskId, event };
}

/** Of each status the last event: what another one is compared with. */
class EventNumbers {
  readonly #last = new Map<ScheduleStatus, { readonly event: StoredEvent; readonly number: string }>();
  #next = 0;

  write(event: StoredEvent): string {
    const last = this.#last.get(event[1]);
    if (last && isSame(last.event, event)) return last.number;
    this.#last.set(event[1], { event, number: String(this.#next) });
    this.#next += 1;
    return JSON.stringify(event);
  }
}

function isSame(a: StoredEvent, b: StoredEvent): boolean {
  return a === b || (a[0] === b[0] && a[2] === b[2] && a[3] === b[3] && a.length === b.length);
}

type ConfigJson = Omit<TaskConfig, 'taskLinks'> & {
  readonly taskLinks?: ReadonlyArray<readonly [string, string]>;
};

function toJson(op: Op): unknown {
  if (op.op !== 'saveTaskConfig' || !op.config.taskLinks) return op;
  return { ...op, config: { ...op.config, taskLinks: [...op.config.taskLinks] } };
}

function fromJson(value: unknown): Op {
  const op = value as Op;
  if (op.op !== 'saveTaskConfig') return op;
  const { taskLinks, ...config } = op.config as unknown as ConfigJson;
  return { ...op, config: taskLinks ? { ...config, taskLinks: new Map(taskLinks) } : config };
}
