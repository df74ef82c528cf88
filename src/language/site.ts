import type { SourceFile, Span } from '../base/source.js';
import type { CallSite } from './value.js';

/** A place in the program where something can fail: one for each operation, made when it is compiled. */
export class Site implements CallSite {
  constructor(
    readonly file: SourceFile,
    readonly start: number,
    readonly end: number,
  ) {}

  get span(): Span {
    return { file: this.file, start: this.start, end: this.end };
  }

  argumentSpan(_index: number): Span {
    return this.span;
  }

  keywordSpan(_name: string): Span {
    return this.span;
  }
}

/** One argument of a call expression. */
export interface ArgumentPlace {
  /** Undefined for a positional argument. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** A call expression. */
export class CallExpressionSite extends Site {
  constructor(
    file: SourceFile,
    start: number,
    end: number,
    readonly places: readonly ArgumentPlace[],
  ) {
    super(file, start, end);
  }

  override argumentSpan(index: number): Span {
    const place = this.places.filter(({ name }) => name === undefined)[index];
    return place ? { file: this.file, start: place.start, end: place.end } : this.span;
  }

  override keywordSpan(name: string): Span {
    const place = this.places.find((candidate) => candidate.name === name);
    return place ? { file: this.file, start: place.start, end: place.end } : this.span;
  }
}
