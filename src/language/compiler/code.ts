import type { Span } from '../../base/source.js';
import type { Evaluator } from '../interpreter.js';
import type { CallSite, Keywords, Runtime, Value } from '../value.js';
import type { PyFunction } from '../values/function.js';
import { bindArguments } from './bind-arguments.js';
import { Cell, Frame, type Execute, type Stepper, type Store } from './frame.js';

/** The parameters of a function of the program. */
export interface ParameterList {
  /** Positional and keyword parameters, then keyword-only ones; argument i arrives in slot i. */
  readonly names: readonly string[];
  readonly positional: number;
  readonly positionalOnly: number;
  /** Slot of `*args`, or -1. */
  readonly varArgs: number;
  /** Slot of `**kwargs`, or -1. */
  readonly varKeywords: number;
}

export interface FunctionCodeParts {
  readonly name: string;
  readonly span: Span;
  readonly documentation: string | null;
  readonly parameters: ParameterList;
  readonly slotCount: number;
  readonly ownCells: number;
  /** Parameters that inner functions see: slot and cell. */
  readonly cellParameters: ReadonlyArray<readonly [slot: number, cell: number]>;
  /** Python 2's tuple parameters: slot and what takes it apart. */
  readonly patterns: ReadonlyArray<readonly [slot: number, store: Store]>;
  readonly body: Execute;
  /** Present for a generator; `body` is then not used. */
  readonly stepper: Stepper | undefined;
  /** JavaScript frames that one call may need. */
  readonly nesting: number;
}

/** A compiled function body: shared by all the functions that its `def` makes. */
export class FunctionCode {
  readonly name: string;
  readonly span: Span;
  readonly documentation: string | null;
  readonly parameters: ParameterList;
  readonly slotCount: number;
  readonly nesting: number;
  /** The number of positional arguments with which `run` may be called at once, or -1. */
  readonly directCount: number;
  readonly #parts: FunctionCodeParts;
  readonly #body: Execute;
  readonly #ownCells: number;

  constructor(
    readonly runtime: Evaluator,
    parts: FunctionCodeParts,
  ) {
    this.#parts = parts;
    this.#body = parts.body;
    this.#ownCells = parts.ownCells;
    this.name = parts.name;
    this.span = parts.span;
    this.documentation = parts.documentation;
    this.parameters = parts.parameters;
    this.slotCount = parts.slotCount;
    this.nesting = parts.nesting;
    const { positional, names, varArgs, varKeywords } = parts.parameters;
    const plain = varArgs < 0 && varKeywords < 0 && names.length === positional;
    this.directCount = plain && !parts.stepper && parts.patterns.length === 0 ? positional : -1;
  }

  invoke(
    callee: PyFunction,
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): Value {
    const { positional } = this.parameters;
    if (keywords.size === 0 && this.directCount === args.length) {
      const slots = new Array<Value>(this.slotCount);
      for (let i = 0; i < positional; i++) slots[i] = args[i] as Value;
      return this.run(callee, slots, site);
    }
    const slots = bindArguments(callee, args, keywords, runtime);
    if (!this.#parts.stepper) return this.run(callee, slots, site);
    return this.runtime.makeGenerator(callee, this.#enter(callee, slots), this.#parts.stepper);
  }

  /** Runs the body; `slots` has the arguments in its first places and becomes the frame's own. */
  run(callee: PyFunction, slots: (Value | undefined)[], site: CallSite): Value {
    const { runtime } = this;
    const depth = ++runtime.depth;
    runtime.stackUse += this.nesting;
    runtime.sites[depth] = site;
    runtime.functions[depth] = callee;
    if (depth > runtime.depthLimit || runtime.stackUse > runtime.stackLimit) runtime.refuseDepth(site);
    const frame = this.#enter(callee, slots);
    this.#body(frame);
    runtime.depth = depth - 1;
    runtime.stackUse -= this.nesting;
    return frame.result;
  }

  #enter(callee: PyFunction, slots: (Value | undefined)[]): Frame {
    const frame = new Frame(slots, this.#ownCells === 0 ? callee.freeCells : this.#makeCells(callee, slots));
    for (const [slot, store] of this.#parts.patterns) store(frame, slots[slot] as Value);
    return frame;
  }

  #makeCells(callee: PyFunction, slots: readonly (Value | undefined)[]): Cell[] {
    const cells: Cell[] = [];
    for (let i = 0; i < this.#ownCells; i++) cells.push(new Cell(undefined));
    for (const [slot, cell] of this.#parts.cellParameters) (cells[cell] as Cell).value = slots[slot];
    for (const cell of callee.cells) cells.push(cell);
    return cells;
  }
}
