import type { Runtime } from '../language/value.js';
import type { Ref } from './ref.js';

/** What a reference stands for: text, or an object that is turned into text in its own scopes. */
export type Found = string | Referent;

/** An object that a binding may hold. */
export interface Referent extends Namable {
  /** Whether components can follow it in an address. */
  isDereferenceable(): boolean;
  /** The text that replaces a reference to it. */
  referenceText(runtime: Runtime): string;
}

/** Anything that answers references. */
export interface Namable {
  find(ref: Ref, runtime: Runtime): Found | undefined;
}

/**
 * The scopes of an object, searched in order: an immutable linked list, so that a thousand jobs share the
 * scopes they have in common. A `Frame` stands for all scopes that a struct gives to its fields.
 */
export class Scopes {
  constructor(
    readonly first: Namable,
    readonly rest: Scopes | null,
  ) {}
}

export function findIn(scopes: Scopes | null, ref: Ref, runtime: Runtime): Found | undefined {
  for (let link = scopes; link; link = link.rest) {
    const found = link.first.find(ref, runtime);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Which scope answers a reference: what `findIn` found it in, for messages. */
export function scopeOf(scopes: Scopes | null, ref: Ref, runtime: Runtime): Namable | undefined {
  for (let link = scopes; link; link = link.rest) {
    const { first } = link;
    if (first.find(ref, runtime) === undefined) continue;
    return first instanceof Frame && !first.findOwn(ref, runtime)
      ? scopeOf(first.outer, ref, runtime)
      : first;
  }
  return undefined;
}

/** `front` before `back`; shares `back`. */
export function concatScopes(front: Scopes | null, back: Scopes | null): Scopes | null {
  if (!front) return back;
  if (!back) return front;
  if (!front.rest) return new Scopes(front.first, back);
  const links: Namable[] = [];
  for (let link: Scopes | null = front; link; link = link.rest) links.push(link.first);
  let result: Scopes = back;
  for (let index = links.length - 1; index >= 0; index--)
    result = new Scopes(links[index] as Namable, result);
  return result;
}

/** The set fields of a struct, as a scope sees them. */
export interface Fields {
  field(name: string): Referent | undefined;
}

/**
 * What a struct's fields see, in this order: `self.x`, the struct's set fields, its bindings and whatever
 * its parents appended to them, and all of those again as `super.x`. A consequence: with several ancestors
 * `super.x` is the x of the outermost, because a parent's own `super` comes before the child's.
 */
export class Frame implements Namable {
  constructor(
    readonly fields: Fields,
    readonly outer: Scopes | null,
  ) {}

  find(ref: Ref, runtime: Runtime): Found | undefined {
    const { head, tail } = ref;
    return (
      this.findOwn(ref, runtime) ??
      findIn(this.outer, ref, runtime) ??
      (head.kind === 'field' && head.name === 'super' ? this.#findSuper(tail, runtime) : undefined)
    );
  }

  /** Looks at the struct's own fields only. */
  findOwn(ref: Ref, runtime: Runtime): Found | undefined {
    const { head, tail } = ref;
    if (head.kind !== 'field') return undefined;
    const found = tail && head.name === 'self' ? this.#findField(tail, runtime) : undefined;
    return found ?? this.#findField(ref, runtime);
  }

  #findField(ref: Ref, runtime: Runtime): Found | undefined {
    if (ref.head.kind !== 'field') return undefined;
    const value = this.fields.field(ref.head.name);
    if (!value || !ref.tail) return value;
    return value.isDereferenceable() ? value.find(ref.tail, runtime) : undefined;
  }

  #findSuper(tail: Ref | null, runtime: Runtime): Found | undefined {
    // Each further `super` of one address multiplies the search: it is paid for.
    runtime.charge(1, 0);
    if (tail) return findIn(this.outer, tail, runtime);
    for (let link = this.outer; link; link = link.rest) {
      if (isReferent(link.first)) return link.first;
    }
    return undefined;
  }
}

export function isReferent(scope: object): scope is Referent {
  return 'referenceText' in scope;
}
