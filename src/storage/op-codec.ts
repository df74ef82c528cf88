import type { TaskConfig } from '../model/task-config.js';
import type { Op } from './op.js';

/**
 * Ops as JSON text: readable with any SQLite tool. The only thing of the model that JSON lacks is the map of
 * task links; it is written as pairs. User text occurs as values only, never as a property name.
 */
export function encodeOps(ops: readonly Op[]): string {
  return JSON.stringify(ops.map(toJson));
}

/** Throws SyntaxError or TypeError when the text is not what `encodeOps` wrote. */
export function decodeOps(text: string): Op[] {
  const ops = JSON.parse(text) as unknown;
  if (!Array.isArray(ops)) throw new TypeError('not a list of ops');
  return ops.map(fromJson);
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
