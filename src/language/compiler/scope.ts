import type { Node } from '../ast.js';

/**
 * Which names a piece of code binds, and where each name lives. A first pass over the tree (`analyze.ts`) makes one
 * `Scope` for each module, function, class body and comprehension; afterwards `place` answers for a name. A
 * comprehension has names of its own but no frame: its variables stand in slots of the code around it.
 */
export type ScopeKind = 'module' | 'function' | 'class' | 'comprehension';

export type Place =
  | { readonly kind: 'slot'; readonly index: number }
  | { readonly kind: 'cell'; readonly index: number }
  | { readonly kind: 'namespace' }
  | { readonly kind: 'global' };

export class Scope {
  readonly bound = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** The names read or written here, and where each stands first. */
  readonly used = new Map<string, Node>();
  readonly children: Scope[] = [];
  readonly parameters: string[] = [];
  isGenerator = false;
  readonly #captured = new Set<string>();
  readonly #slots = new Map<string, number>();
  readonly #cells = new Map<string, number>();
  /** Names of outer functions that this code or code inside it uses, in the order of its free cells. */
  readonly free: string[] = [];
  slotCount = 0;
  /** Cells made when a call begins; the free ones follow them. */
  ownCells = 0;

  constructor(
    readonly kind: ScopeKind,
    readonly name: string,
    readonly parent: Scope | undefined,
  ) {
    parent?.children.push(this);
  }

  /** The scope whose frame runs this code. */
  get host(): Scope {
    return this.kind === 'comprehension' && this.parent ? this.parent.host : this;
  }

  /** Binds a name here, unless it is declared global or nonlocal. */
  bind(name: string): void {
    if (!this.globals.has(name) && !this.nonlocals.has(name)) this.bound.add(name);
  }

  /** Notes that a name stands at a node; the tree is not walked in the order of the text. */
  use(name: string, node: Node): void {
    const first = this.used.get(name);
    if (!first || node.start < first.start) this.used.set(name, node);
  }

  /** Marks what inner functions capture; called once, on the module, after analysis. */
  resolve(): void {
    for (const name of [...this.used.keys(), ...this.nonlocals]) this.#capture(name);
    for (const child of this.children) child.resolve();
  }

  /** Gives every variable its slot or cell; called after `resolve`, on the module. */
  allocate(): void {
    const { host } = this;
    // Arguments arrive in the first slots; a captured parameter is copied to its cell when the call begins.
    for (const name of this.parameters) {
      const index = host.slotCount++;
      if (this.#captured.has(name)) this.#cells.set(name, host.ownCells++);
      else this.#slots.set(name, index);
    }
    for (const name of this.bound) {
      if (this.kind === 'module' || this.kind === 'class' || this.parameters.includes(name)) continue;
      if (this.#captured.has(name)) this.#cells.set(name, host.ownCells++);
      else this.#slots.set(name, host.slotCount++);
    }
    for (const child of this.children) child.allocate();
  }

  /** A hidden variable of the compiler's own: a slot, and a name that no program can write. */
  temporary(): { readonly name: string; readonly index: number } {
    const { host } = this;
    const index = host.slotCount++;
    const name = `.t${index}`;
    host.#slots.set(name, index);
    return { name, index };
  }

  place(name: string): Place {
    const slot = this.#slots.get(name);
    if (slot !== undefined) return { kind: 'slot', index: slot };
    const cell = this.#cells.get(name);
    if (cell !== undefined) return { kind: 'cell', index: cell };
    if (this.globals.has(name)) return { kind: 'global' };
    if (this.kind === 'comprehension' && this.parent) return this.parent.place(name);
    if (this.kind === 'class' && this.bound.has(name)) return { kind: 'namespace' };
    const free = this.free.indexOf(name);
    if (free >= 0) return { kind: 'cell', index: this.ownCells + free };
    return { kind: 'global' };
  }

  /** Where a function defined here finds the cell of an outer variable. */
  cellOf(name: string): number {
    const place = this.#cells.get(name);
    if (place !== undefined) return place;
    if (this.kind === 'comprehension' && this.parent) return this.parent.cellOf(name);
    return this.ownCells + this.free.indexOf(name);
  }

  /** Cells of this comprehension, made anew each time it runs. */
  comprehensionCells(): readonly number[] {
    return [...this.#cells.values()];
  }

  isParameter(name: string): boolean {
    return this.parameters.includes(name);
  }

  #capture(name: string): void {
    if (this.globals.has(name) || (this.bound.has(name) && !this.nonlocals.has(name))) return;
    const path: Scope[] = this.kind === 'comprehension' ? [] : [this];
    for (let outer = this.parent; outer && outer.kind !== 'module'; outer = outer.parent) {
      if (outer.globals.has(name)) return;
      if (outer.kind !== 'class' && outer.bound.has(name) && !outer.nonlocals.has(name)) {
        // A comprehension shares the frame of the function around it.
        if (path.length === 0) return;
        outer.#captured.add(name);
        for (const passing of path) if (!passing.free.includes(name)) passing.free.push(name);
        return;
      }
      if (outer.kind !== 'comprehension') path.push(outer);
    }
  }
}
