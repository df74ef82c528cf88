import type { Span } from '../../base/source.js';
import type { Site } from '../site.js';
import type { Value } from '../value.js';

/** One global name: compiled code holds the slot itself, so reading a global costs no look-up. */
export class GlobalSlot {
  value: Value | undefined;
  /** Where the name was bound last. */
  site: Site | undefined;

  constructor(
    readonly name: string,
    /** What the name means while nothing binds it. */
    readonly builtin: Value | undefined,
  ) {}
}

/** The global names of a module; an included file shares those of the file that includes it. */
export class Namespace {
  readonly #slots = new Map<string, GlobalSlot>();

  constructor(readonly builtins: ReadonlyMap<string, Value>) {}

  slot(name: string): GlobalSlot {
    let slot = this.#slots.get(name);
    if (!slot) this.#slots.set(name, (slot = new GlobalSlot(name, this.builtins.get(name))));
    return slot;
  }

  get(name: string): Value | undefined {
    return this.#slots.get(name)?.value;
  }

  set(name: string, value: Value): void {
    this.slot(name).value = value;
  }

  definitionSpan(name: string): Span | undefined {
    return this.#slots.get(name)?.site?.span;
  }

  /** The bound names, in the order in which the program first mentions them. */
  *entries(): IterableIterator<[string, Value]> {
    for (const slot of this.#slots.values()) if (slot.value !== undefined) yield [slot.name, slot.value];
  }

  /** Everything that a name may mean here, for suggestions. */
  visibleNames(): string[] {
    return [...Array.from(this.entries(), ([name]) => name), ...this.builtins.keys()];
  }
}
