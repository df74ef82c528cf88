import type { StackFrame } from '../base/diagnostic.js';
import type { Span } from '../base/source.js';
import type { CallSite, Runtime } from '../language/value.js';
import type { Origin } from './pystachio-type.js';

/** A value given for one field, element or entry of another. */
export class PartOrigin implements Origin {
  constructor(
    private readonly whole: Origin,
    private readonly name: string,
  ) {}

  span(): Span | undefined {
    return this.whole.partSpan(this.name);
  }

  partSpan(): Span | undefined {
    return this.whole.partSpan(this.name);
  }
}

/** The origin of what a call makes; one and the same for all that the module's own code makes there. */
export function originOf(
  site: CallSite,
  positionals: number,
  previous: Origin | undefined,
  runtime: Runtime,
): CallOrigin {
  if (
    runtime.depth !== 0 ||
    previous !== undefined ||
    positionals !== 0 ||
    runtime.collectsMistakes === true
  ) {
    return new CallOrigin(site, positionals, previous, runtime);
  }
  let origin = shared.get(site);
  if (!origin) shared.set(site, (origin = new CallOrigin(site, 0, undefined, runtime)));
  return origin;
}

const shared = new WeakMap<CallSite, CallOrigin>();

/** A value made by a call that names its parts: `Process(name=..., cmdline=...)`, `base(instances=2)`. */
export class CallOrigin implements Origin {
  /** The calls of functions that led to this one, outermost first, and what they run. */
  private readonly callers: readonly CallSite[];
  private readonly functions: ReadonlyArray<{ readonly name: string } | undefined>;
  #isIncomplete = false;

  constructor(
    readonly site: CallSite,
    private readonly positionals: number,
    /** The origin of the object that this one changes. */
    private readonly previous: Origin | undefined,
    runtime: Runtime,
  ) {
    const { depth = 0, sites = [], functions = [] } = runtime;
    this.callers = depth === 0 ? NONE : sites.slice(1, depth + 1);
    this.functions = depth === 0 ? NONE : functions.slice(1, depth + 1);
  }

  get isIncomplete(): boolean {
    return this.#isIncomplete || this.previous?.isIncomplete === true;
  }

  leaveOut(): void {
    this.#isIncomplete = true;
  }

  stack(): StackFrame[] {
    const frames: StackFrame[] = [];
    let { span } = this.site;
    for (let index = this.callers.length - 1; index >= 0; index--) {
      frames.push({ name: this.functions[index]?.name ?? '<module>', span });
      span = this.callers[index]?.span ?? span;
    }
    return frames.length === 0 ? frames : [...frames, { name: '<module>', span }];
  }

  span(): Span {
    return this.site.span;
  }

  partSpan(name: string): Span | undefined {
    const { span } = this.site;
    const written = this.site.keywordSpan(name);
    // The whole call is the answer for names that came from `**fields`, and for names not given here at all.
    if (written.start !== span.start || written.end !== span.end) return written;
    if (this.positionals > 0) return narrow(this.site.argumentSpan(this.positionals - 1), name);
    return this.previous?.partSpan(name) ?? span;
  }
}

const NONE: readonly never[] = [];

/** A value written as data: a dict or a list inside some call. */
export class DataOrigin implements Origin {
  constructor(private readonly source: () => Span | undefined) {}

  span(): Span | undefined {
    return this.source();
  }

  partSpan(name: string): Span | undefined {
    const span = this.source();
    return span && narrow(span, name);
  }
}

/**
 * The entry of a dict literal that begins with the key `text`, or the whole span: found in the text itself,
 * because a value does not remember the tree it was made from.
 */
export function narrow(span: Span, text: string): Span {
  const written = span.file.text.slice(span.start, span.end);
  for (const quote of [`'${text}'`, `"${text}"`]) {
    const at = written.indexOf(quote);
    if (at < 0) continue;
    return { file: span.file, start: span.start + at, end: span.start + entryEnd(written, at, quote.length) };
  }
  return span;
}

/** Where the entry that begins at `from` ends: before the comma or bracket that closes it. */
function entryEnd(text: string, from: number, keyLength: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from + keyLength; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote) {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character) ? depth-- === 0 : character === ',' && depth === 0) return at;
  }
  return text.length;
}

/** The part of a span that holds `text` as written, or the whole. */
export function narrowTo(span: Span, text: string): Span {
  const at = span.file.text.slice(span.start, span.end).indexOf(text);
  if (at < 0 || text === '') return span;
  return { file: span.file, start: span.start + at, end: span.start + at + text.length };
}
