import { DiagnosticError } from '../../base/diagnostic.js';
import type { SourceFile } from '../../base/source.js';
import type { Node } from '../ast.js';
import type { Evaluator } from '../interpreter.js';
import type { Division } from '../operators/binary.js';
import { Site } from '../site.js';
import type { ScopeOf } from './analyze.js';
import type { Namespace } from './namespace.js';
import type { Scope } from './scope.js';

/** What one file is compiled with. */
export interface Unit {
  readonly file: SourceFile;
  readonly runtime: Evaluator;
  readonly globals: Namespace;
  readonly division: Division;
  readonly scopes: ScopeOf;
  /** Levels of closures within closures at this moment of the compilation. */
  depth: number;
  /** The most levels seen since the function under way began. */
  deepest: number;
}

/** Where compilation stands: the file and the scope whose names it resolves. */
export interface Context {
  readonly unit: Unit;
  readonly scope: Scope;
}

/** Evaluating an expression takes a JavaScript frame a level, and Node's stack ends. */
const MOST_LEVELS = 400;

export function siteOf(node: Node, { unit }: Context): Site {
  return new Site(unit.file, node.start, node.end);
}

/** Compiles one level deeper; text nested beyond reason is refused before it can exhaust the stack. */
export function deeper<T>(node: Node, { unit }: Context, compile: () => T): T {
  unit.depth += 1;
  if (unit.depth > unit.deepest) unit.deepest = unit.depth;
  if (unit.depth > MOST_LEVELS) {
    throw new DiagnosticError([
      {
        severity: 'error',
        code: 'too-deeply-nested',
        message: `code nested more than ${MOST_LEVELS} levels deep`,
        span: { file: unit.file, start: node.start, end: Math.min(node.end, node.start + 80) },
      },
    ]);
  }
  const result = compile();
  unit.depth -= 1;
  return result;
}
