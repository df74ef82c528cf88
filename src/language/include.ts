import { dirname, isAbsolute, join, resolve } from 'node:path';
import { DiagnosticError } from '../base/diagnostic.js';
import { runModule } from './compiler/run-module.js';
import type { Namespace } from './compiler/namespace.js';
import { reachedFrom } from './exceptions/report.js';
import { readRegularFile } from './files.js';
import type { Evaluator } from './interpreter.js';
import type { Value } from './value.js';
import { nativeFunction, type NativeFunction } from './values/native-function.js';
import { plainOf } from './values/plain-of.js';

/** The files being run now, each included by the one before: finds rings. */
export class IncludeStack {
  readonly #paths: string[] = [];

  constructor(readonly runtime: Evaluator) {}

  /** The file that everything starts from. */
  start(path: string): void {
    this.#paths.push(realPath(path, this.runtime));
  }

  /** Runs something as the content of a file; RuntimeError when that file is already running. */
  within<T>(path: string, action: () => T): T {
    const { runtime } = this;
    const real = realPath(path, runtime);
    const ring = this.#paths.indexOf(real);
    if (ring >= 0) {
      const chain = [...this.#paths.slice(ring), real].map((part) => shorten(part, runtime)).join(' -> ');
      return runtime.raise(
        'RuntimeError',
        `files include each other in a ring (include recursion): ${chain}`,
        {
          code: 'include-ring',
        },
      );
    }
    const depth = ++runtime.depth;
    runtime.sites[depth] = runtime.node;
    runtime.functions[depth] = undefined;
    if (depth > runtime.depthLimit) runtime.refuseDepth(runtime.node);
    const { stackUse } = runtime;
    // A file runs on fresh frames of parser and compiler, far more than a call.
    runtime.stackUse += FILE_FRAMES;
    if (runtime.stackUse > runtime.stackLimit) runtime.refuseDepth(runtime.node);
    const length = this.#paths.push(real);
    try {
      return action();
    } catch (error) {
      throw error instanceof DiagnosticError ? reachedFrom(error, runtime) : error;
    } finally {
      this.#paths.length = length - 1;
      runtime.depth = depth - 1;
      runtime.stackUse = stackUse;
    }
  }
}

const FILE_FRAMES = 40;

/** `include(path)`: runs another file in the same global names; the path is relative to the including file. */
export function makeInclude(globals: Namespace, runtime: Evaluator): NativeFunction {
  return nativeFunction('include', '_path', ([given]) => {
    const path = plainOf(given as Value);
    if (typeof path !== 'string') {
      return runtime.raise('TypeError', `include() needs the path of a file, not ${runtime.typeName(path)}`);
    }
    runtime.budget.file();
    const from = runtime.site().span.file.path;
    const shown = isAbsolute(path) ? path : join(dirname(from), path);
    const full = resolve(runtime.options.host.currentDirectory, shown);
    const text = readRegularFile(full, shown, runtime);
    runtime.includes.within(full, () => {
      runModule({ path: shown, text }, globals, runtime);
    });
    return null;
  });
}

function realPath(path: string, runtime: Evaluator): string {
  try {
    return runtime.options.host.files.realpath(path);
  } catch {
    return path;
  }
}

function shorten(path: string, { options }: Evaluator): string {
  const base = `${options.host.currentDirectory}/`;
  return path.startsWith(base) ? path.slice(base.length) : path;
}
