import type { Site } from '../site.js';
import type { Value } from '../value.js';

/** A local variable that an inner function sees as well. */
export class Cell {
  constructor(public value: Value | undefined) {}
}

/** The variables of one running call (or module, or class body). */
export class Frame {
  /** What `return` gave. */
  result: Value = null;
  /** The names of a class body, in order, and where each was bound. */
  namespace: Map<string, Value> | undefined;
  bindingSites: Map<string, Site> | undefined;

  constructor(
    readonly slots: (Value | undefined)[],
    readonly cells: Cell[],
  ) {}
}

/** How a statement ended. */
export type Signal = 0 | 1 | 2 | 3;
export const NORMAL = 0;
export const BREAK = 1;
export const CONTINUE = 2;
export const RETURN = 3;

export type Evaluate = (frame: Frame) => Value;
export type Execute = (frame: Frame) => Signal;
export type Store = (frame: Frame, value: Value) => void;
/** A statement of a generator: yields values, receives what `send` gives. */
export type Stepper = (frame: Frame) => Generator<Value, Signal, Value>;
