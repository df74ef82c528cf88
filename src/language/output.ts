import type { Evaluator } from './interpreter.js';
import { NO_KEYWORDS, type Value } from './value.js';
import { OutputStream } from './values/output-stream.js';

/** What the program prints, handed on line by line or as it comes, within the output budget. */
export class Output {
  /** Python 2: the next print on this line begins with a space. */
  #softSpace = false;

  constructor(readonly runtime: Evaluator) {}

  write(text: string, stream: 'stdout' | 'stderr'): void {
    if (text === '') return;
    this.runtime.budget.output(text.length);
    this.runtime.options.onPrint?.(text, stream);
  }

  /** Writes to a file-like value: `sys.stderr` or an object with a `write` method. */
  writeTo(file: Value | undefined, text: string): void {
    const { runtime } = this;
    if (file === undefined || file === null) this.write(text, 'stdout');
    else if (file instanceof OutputStream) this.write(text, file.stream);
    else runtime.callMethod(file, 'write', [text], NO_KEYWORDS, runtime.node, runtime.node);
  }

  printStatement(file: Value | undefined, texts: readonly string[], newline: boolean): void {
    const lead = this.#softSpace && texts.length > 0 ? ' ' : '';
    this.writeTo(file, lead + texts.join(' ') + (newline ? '\n' : ''));
    this.#softSpace = !newline && !texts.at(-1)?.endsWith('\n');
  }
}
