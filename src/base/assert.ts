/** A broken invariant is our bug: it throws, ends the process, and the durable store makes that safe. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** Marks code that the types prove unreachable; the exhaustive `switch` over a tagged union ends with it. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`unreachable value: ${JSON.stringify(value)}`);
}

/** The value of something that cannot be absent here, for look-ups the types cannot prove. */
export function present<T>(value: T | null | undefined, what: string): T {
  return value ?? missing(what);
}

/** As `present`, behind `??`: where the look-up is so frequent that `what` must not be put together each time. */
export function missing(what: string): never {
  throw new AssertionFailure(`${what} is missing`);
}
