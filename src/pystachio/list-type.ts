import { withArticle } from '../language/text/article.js';
import { failureWithin, type CheckFailure } from './check.js';
import { resolveSlice, Slice, sliceArray } from '../language/values/slice.js';
import { toIndex } from '../language/values/index.js';
import { type CallSite, type Keywords, type Maybe, type Runtime, type Value } from '../language/value.js';
import { arityMessage } from '../language/values/signature.js';
import { Tuple } from '../language/values/tuple.js';
import { DataOrigin } from './origin.js';
import { PystachioError, raising } from './pystachio-error.js';
import { PystachioObject } from './pystachio-object.js';
import { PystachioType, type Origin } from './pystachio-type.js';
import { sequenceItems } from './python-values.js';
import type { Ref } from './ref.js';
import type { Found, Scopes } from './scope.js';

/** `List(T)`: its name is the element's with `List` behind. */
export class ListType extends PystachioType {
  readonly name: string;
  readonly schema: string;

  constructor(readonly element: PystachioType) {
    super();
    this.name = `${element.name}List`;
    this.schema = `List<${element.schema}>`;
  }

  wrap(value: Value, origin: Origin | undefined, runtime: Runtime): ListObject {
    const items = sequenceItems(value, runtime);
    if (!items) {
      throw new PystachioError(
        'ValueError',
        `ListContainer expects an iterable, got ${runtime.repr(value)}`,
        {
          code: 'wrong-type',
          notes: [`expected a list of ${this.element.name}, got ${withArticle(runtime.typeName(value))}`],
          suggestion: typeof value === 'string' ? 'Put it in brackets: [...].' : undefined,
        },
      );
    }
    let part: Origin | undefined;
    // Of just this size: an array that grows keeps room for more.
    const elements = new Array<PystachioObject>(items.length);
    for (const [index, item] of items.entries()) {
      if (this.element.accepts(item)) elements[index] = item;
      else {
        part ??= new DataOrigin(() => origin?.span());
        elements[index] = this.#wrapElement(item, index, part, runtime);
      }
    }
    return new ListObject(this, elements, null);
  }

  #wrapElement(item: Value, index: number, part: Origin, runtime: Runtime): PystachioObject {
    try {
      return this.element.wrap(item, part, runtime);
    } catch (error) {
      throw error instanceof PystachioError ? error.within(undefined, `[${index}]`, undefined) : error;
    }
  }

  protected construct(
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): PystachioObject {
    if (args.length !== 1 || keywords.size > 0) {
      throw new PystachioError('TypeError', arityMessage('__init__', 2, 2, args.length + keywords.size + 1));
    }
    return this.wrap(args[0] as Value, new DataOrigin(() => site.span), runtime);
  }
}

export class ListObject extends PystachioObject {
  #templated: boolean | undefined;

  constructor(
    readonly type: ListType,
    readonly elements: readonly PystachioObject[],
    scopes: Scopes | null,
  ) {
    super(scopes);
  }

  isTemplated(): boolean {
    return (this.#templated ??= this.elements.some((element) => element.isTemplated()));
  }

  withScopes(scopes: Scopes | null): ListObject {
    return new ListObject(this.type, this.elements, scopes);
  }

  protected interpolateIn(scopes: Scopes | null, unbound: Ref[], runtime: Runtime): ListObject {
    let changed = scopes !== null;
    const results = this.elements.map((element, index) => {
      try {
        const result = element.interpolate(scopes, unbound, runtime);
        changed ||= result !== element;
        return result;
      } catch (error) {
        throw error instanceof PystachioError ? error.within(undefined, `[${index}]`, undefined) : error;
      }
    });
    return changed ? new ListObject(this.type, results, null) : this;
  }

  protected checkIn(outer: Scopes | null, runtime: Runtime): CheckFailure | null {
    const { scopes } = this.inScope(outer);
    for (const [index, element] of this.elements.entries()) {
      const failure = element.check(scopes, runtime);
      if (failure) return this.#failed(failure, index);
    }
    return null;
  }

  override isDereferenceable(): boolean {
    return true;
  }

  /** Negative indices count from the end; beyond the beginning the original crashes, and so do programs. */
  override find(ref: Ref, runtime: Runtime): Found | undefined {
    const { head, tail } = ref;
    if (head.kind !== 'index' || !/^[+-]?\d+$/.test(head.name)) return undefined;
    const given = Number(head.name);
    if (given >= this.elements.length) return undefined;
    const element = this.elements[given < 0 ? given + this.elements.length : given];
    if (!element) {
      throw new PystachioError('IndexError', 'tuple index out of range', {
        code: 'index-error',
        notes: [
          `{{...[${head.name}]}} asks a list of ${this.elements.length} for an element before its first`,
        ],
      });
    }
    const value = element.inScope(this.scopes);
    if (!tail) return value;
    return value.isDereferenceable() ? value.find(tail, runtime) : undefined;
  }

  plain(runtime: Runtime): Tuple {
    return new Tuple(this.elements.map((element) => element.plain(runtime)));
  }

  text(runtime: Runtime): string {
    return `${this.type.name}(${this.elements.map((element) => element.referenceText(runtime)).join(', ')})`;
  }

  writeJson(out: string[]): void {
    out.push('[');
    for (const [index, element] of this.elements.entries()) {
      if (index > 0) out.push(', ');
      element.writeJson(out);
    }
    out.push(']');
  }

  checkStored(runtime: Runtime): CheckFailure | null {
    for (const [index, element] of this.elements.entries()) {
      const failure = element.checkStored(runtime);
      if (failure) return this.#failed(failure, index);
    }
    return null;
  }

  #failed(failure: CheckFailure, index: number): CheckFailure {
    const message = `Element in ${this.type.name} failed check: ${failure.message}`;
    return failureWithin(failure, `[${index}]`, message, undefined);
  }

  signature(): string {
    return `[${this.elements.map((element) => element.signature()).join(',')}]`;
  }

  protected equalPayload(other: PystachioObject, runtime: Runtime): boolean {
    if (!(other instanceof ListObject)) return false;
    return (
      this.elements.length === other.elements.length &&
      this.elements.every((element, index) =>
        element.sameAs(other.elements[index] as PystachioObject, runtime),
      )
    );
  }

  #element(index: number, runtime: Runtime): PystachioObject {
    return (this.elements[index] as PystachioObject).interpolate(this.scopes, [], runtime);
  }

  override iterate(runtime: Runtime): Iterable<Value> {
    return raising(runtime, () => this.elements.map((_, index) => this.#element(index, runtime)));
  }

  override contains(item: Value, runtime: Runtime): Maybe<boolean> {
    for (const element of this.iterate(runtime)) if (runtime.equals(element, item)) return true;
    return false;
  }

  override getItem(index: Value, runtime: Runtime): Maybe<Value> {
    return raising(runtime, () => {
      if (index instanceof Slice) {
        const range = resolveSlice(index, this.elements.length, runtime);
        const indices = sliceArray([...this.elements.keys()], range);
        return new Tuple(indices.map((each) => this.#element(each, runtime)));
      }
      const given = toIndex(index, runtime, 'tuple');
      const place = given < 0 ? given + this.elements.length : given;
      if (place < 0 || place >= this.elements.length) {
        throw new PystachioError('IndexError', 'tuple index out of range', { code: 'index-error' });
      }
      return this.#element(place, runtime);
    });
  }

  override length(_runtime: Runtime): number | undefined {
    return undefined;
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return super.equals(other, runtime);
  }
}
