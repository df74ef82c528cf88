import type { Runtime, Value } from '../value.js';
import { List } from './list.js';
import { methodTable, type MethodTable } from './method-table.js';
import { NativeObject } from './native-object.js';
import { toCount } from './index.js';

/** What `open(path)` gives: the whole content, read at once, with a position in it. */
export class FileObject extends NativeObject {
  position = 0;
  closed = false;

  constructor(
    readonly path: string,
    readonly mode: string,
    readonly text: string,
  ) {
    super();
  }

  typeName(): string {
    return 'file';
  }

  protected methods(): MethodTable<never> {
    return fileMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'name') return this.path;
    if (name === 'mode') return this.mode;
    if (name === 'closed') return this.closed;
    return super.getAttribute(name, runtime);
  }

  override repr(runtime: Runtime): string {
    return `<${this.closed ? 'closed' : 'open'} file ${runtime.repr(this.path)}, mode ${runtime.repr(this.mode)}>`;
  }

  override iterate(runtime: Runtime): Iterable<Value> {
    const next = (): IteratorResult<Value, undefined> => {
      const line = this.readLine(runtime);
      return line === '' ? { done: true, value: undefined } : { done: false, value: line };
    };
    return { [Symbol.iterator]: () => ({ next }) };
  }

  /** The next line with its line end; empty at the end. */
  readLine(runtime: Runtime): string {
    this.check(runtime);
    const end = this.text.indexOf('\n', this.position);
    const line = this.text.slice(this.position, end < 0 ? undefined : end + 1);
    this.position += line.length;
    runtime.charge(1, line.length);
    return line;
  }

  check(runtime: Runtime): void {
    if (this.closed) runtime.raise('ValueError', 'I/O operation on closed file');
  }
}

const fileMethods = methodTable<FileObject>([
  [
    'read',
    '_size?',
    (self, [size], runtime) => {
      self.check(runtime);
      const count = size === undefined || size === null ? -1 : toCount(size, runtime);
      const text = self.text.slice(self.position, count < 0 ? undefined : self.position + count);
      self.position += text.length;
      return text;
    },
  ],
  ['readline', '_size?', (self, _args, runtime) => self.readLine(runtime)],
  ['readlines', '_hint?', (self, _args, runtime) => new List([...self.iterate(runtime)])],
  ['xreadlines', '', (self) => self],
  ['next', '', (self, _args, runtime) => orStop(self.readLine(runtime), runtime)],
  ['__next__', '', (self, _args, runtime) => orStop(self.readLine(runtime), runtime)],
  ['__iter__', '', (self) => self],
  [
    '__enter__',
    '',
    (self, _args, runtime) => {
      self.check(runtime);
      return self;
    },
  ],
  ['__exit__', '* **', (self) => close(self)],
  ['close', '', (self) => close(self)],
  ['tell', '', (self) => self.position],
  [
    'seek',
    '_offset _whence?',
    (self, [offset, whence], runtime) => {
      const base = whence === 2 ? self.text.length : whence === 1 ? self.position : 0;
      self.position = Math.max(0, base + toCount(offset as Value, runtime));
      return null;
    },
  ],
  ['flush', '', () => null],
  ['isatty', '', () => false],
  ['readable', '', () => true],
  ['writable', '', () => false],
  ['write', '*', (_self, _args, runtime) => runtime.raise('IOError', 'File not open for writing')],
  ['writelines', '*', (_self, _args, runtime) => runtime.raise('IOError', 'File not open for writing')],
]);

function close(self: FileObject): null {
  self.closed = true;
  return null;
}

function orStop(line: string, runtime: Runtime): Value {
  return line === '' ? runtime.raise('StopIteration', '') : line;
}
