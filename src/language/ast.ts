import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import type {
  Argument,
  Attribute,
  BinaryOperator,
  Expression,
  Name,
  Node,
  Parameters,
  Subscript,
  Target,
} from './ast-expressions.js';

// The other half of the tree; users of the tree need not know that it is in two files.
export type * from './ast-expressions.js';

/**
 * The syntax tree of one file: plain data, each node with its UTF-16 offsets in that file. Python 2 and
 * Python 3 spellings give the same nodes (`except E, e` is `except E as e`, `<>` is `!=`, a backquoted
 * expression is a call of `repr`). Parentheses are inside the offsets of what they surround. Chains such as
 * `a + b + ...`, `x.f().g()...`, `elif` and `a if b else c if d else ...` are deep trees without a limit on their
 * length: walk their spine in a loop. Every other nesting is at most 100 deep.
 */
export interface Module {
  readonly file: SourceFile;
  readonly body: readonly Statement[];
  /** Names given to `from __future__ import ...`. */
  readonly future: ReadonlySet<string>;
  /** What is legal but probably not meant: tabs mixed with spaces. */
  readonly warnings: readonly Diagnostic[];
}

// Statements

export type Statement =
  | ExpressionStatement
  | Assignment
  | AugmentedAssignment
  | AnnotatedAssignment
  | Print
  | Delete
  | Pass
  | Break
  | Continue
  | Return
  | Raise
  | Assert
  | Global
  | Nonlocal
  | Import
  | ImportFrom
  | If
  | While
  | For
  | Try
  | With
  | FunctionDefinition
  | ClassDefinition
  | Exec;

/** `f(x)` */
export interface ExpressionStatement extends Node {
  readonly kind: 'ExpressionStatement';
  readonly value: Expression;
}

/** `a = b, *c = value`: targets from left to right. */
export interface Assignment extends Node {
  readonly kind: 'Assignment';
  readonly targets: readonly Target[];
  readonly value: Expression;
}

/** `x += 1` */
export interface AugmentedAssignment extends Node {
  readonly kind: 'AugmentedAssignment';
  readonly target: Name | Attribute | Subscript;
  readonly operator: BinaryOperator;
  readonly value: Expression;
}

/** `x: int = 1`; the annotation is parsed and ignored. */
export interface AnnotatedAssignment extends Node {
  readonly kind: 'AnnotatedAssignment';
  readonly target: Name | Attribute | Subscript;
  readonly annotation: Expression;
  readonly value: Expression | undefined;
}

/** Python 2's `print >>file, a, b,`; `newline` is false after a trailing comma. */
export interface Print extends Node {
  readonly kind: 'Print';
  readonly file: Expression | undefined;
  readonly values: readonly Expression[];
  readonly newline: boolean;
}

export interface Delete extends Node {
  readonly kind: 'Delete';
  readonly targets: readonly Target[];
}

export interface Pass extends Node {
  readonly kind: 'Pass';
}

export interface Break extends Node {
  readonly kind: 'Break';
}

export interface Continue extends Node {
  readonly kind: 'Continue';
}

export interface Return extends Node {
  readonly kind: 'Return';
  readonly value: Expression | undefined;
}

/** `raise`, `raise E(x)`, `raise E, x, tb` (value holds x, traceback tb), `raise E(x) from cause`. */
export interface Raise extends Node {
  readonly kind: 'Raise';
  readonly exception: Expression | undefined;
  readonly value: Expression | undefined;
  readonly traceback: Expression | undefined;
  readonly cause: Expression | undefined;
}

export interface Assert extends Node {
  readonly kind: 'Assert';
  readonly test: Expression;
  readonly message: Expression | undefined;
}

export interface Global extends Node {
  readonly kind: 'Global';
  readonly names: readonly string[];
}

export interface Nonlocal extends Node {
  readonly kind: 'Nonlocal';
  readonly names: readonly string[];
}

/** `import a.b as c, d` */
export interface Import extends Node {
  readonly kind: 'Import';
  readonly names: readonly ImportAlias[];
}

/** `from ..a import b as c` or `from a import *` (names is then `*`). */
export interface ImportFrom extends Node {
  readonly kind: 'ImportFrom';
  /** Dotted name without the leading dots. */
  readonly module: string;
  /** Number of leading dots. */
  readonly level: number;
  readonly names: readonly ImportAlias[] | '*';
}

export interface ImportAlias extends Node {
  readonly name: string;
  readonly alias: string | undefined;
}

/** `elif` is an `If` alone in `orElse`. */
export interface If extends Node {
  readonly kind: 'If';
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

export interface While extends Node {
  readonly kind: 'While';
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

export interface For extends Node {
  readonly kind: 'For';
  readonly target: Target;
  readonly iterable: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

export interface Try extends Node {
  readonly kind: 'Try';
  readonly body: readonly Statement[];
  readonly handlers: readonly ExceptHandler[];
  readonly orElse: readonly Statement[];
  readonly finalBody: readonly Statement[];
}

/** `except (A, B) as e:`; `type` is absent for a bare `except:`; Python 2 allows any target. */
export interface ExceptHandler extends Node {
  readonly type: Expression | undefined;
  readonly target: Target | undefined;
  readonly body: readonly Statement[];
}

export interface With extends Node {
  readonly kind: 'With';
  readonly items: readonly WithItem[];
  readonly body: readonly Statement[];
}

export interface WithItem extends Node {
  readonly context: Expression;
  readonly target: Target | undefined;
}

export interface FunctionDefinition extends Node {
  readonly kind: 'FunctionDefinition';
  readonly name: string;
  readonly nameStart: number;
  readonly parameters: Parameters;
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}

export interface ClassDefinition extends Node {
  readonly kind: 'ClassDefinition';
  readonly name: string;
  readonly nameStart: number;
  readonly bases: readonly Argument[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}

/** `exec code`, `exec code in globals, locals`, `exec(code, globals, locals)`. */
export interface Exec extends Node {
  readonly kind: 'Exec';
  readonly code: Expression;
  readonly globals: Expression | undefined;
  readonly locals: Expression | undefined;
}
