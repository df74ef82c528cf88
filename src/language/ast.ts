import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';

/**
 * The syntax tree of one file: plain data, each node with its UTF-16 offsets in that file. Python 2 and
 * Python 3 spellings give the same nodes (`except E, e` is `except E as e`, `<>` is `!=`, a backquoted
 * expression is a call of `repr`). Parentheses are inside the offsets of what they surround. Chains such as
 * `a + b + ...`, `x.f().g()...`, `elif` and `a if b else c if d else ...` are deep trees without a limit on their
 * length: walk their spine in a loop. Every other nesting is at most 100 deep.
 */
export interface Node {
  readonly start: number;
  readonly end: number;
}

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

export interface Parameters {
  /** Positional and keyword parameters in order; Python 2's tuple parameters have a `pattern`. */
  readonly positional: readonly Parameter[];
  /** How many of `positional` stand before a `/`. */
  readonly positionalOnly: number;
  readonly varArgs: Parameter | undefined;
  readonly keywordOnly: readonly Parameter[];
  readonly varKeywords: Parameter | undefined;
}

export interface Parameter extends Node {
  readonly name: string;
  readonly pattern: Target | undefined;
  readonly default: Expression | undefined;
  readonly annotation: Expression | undefined;
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

// Expressions

export type Expression =
  | Name
  | NumberLiteral
  | StringLiteral
  | BytesLiteral
  | FormattedString
  | Constant
  | TupleDisplay
  | ListDisplay
  | SetDisplay
  | DictDisplay
  | Comprehension
  | DictComprehension
  | Unary
  | Binary
  | BooleanOperation
  | Comparison
  | Conditional
  | Lambda
  | Call
  | Attribute
  | Subscript
  | Slice
  | Starred
  | NamedExpression
  | Yield
  | YieldFrom;

/** What may stand on the left of `=`; the parser refuses everything else. */
export type Target = Name | Attribute | Subscript | TupleDisplay | ListDisplay | Starred;

export interface Name extends Node {
  readonly kind: 'Name';
  readonly name: string;
}

/** An int keeps its digits as a bigint only where a double would lose some. `3j` is a float 3 that is imaginary. */
export interface NumberLiteral extends Node {
  readonly kind: 'NumberLiteral';
  readonly value: number | bigint;
  readonly isFloat: boolean;
  readonly isImaginary: boolean;
}

/** Adjacent literals are one node; `value` is decoded. */
export interface StringLiteral extends Node {
  readonly kind: 'StringLiteral';
  readonly value: string;
}

/** `b'...'`: each character is one byte. */
export interface BytesLiteral extends Node {
  readonly kind: 'BytesLiteral';
  readonly value: string;
}

/** `f'a {x!r:>{width}}'`, implicit neighbours included. */
export interface FormattedString extends Node {
  readonly kind: 'FormattedString';
  readonly parts: ReadonlyArray<string | FormattedField>;
}

export interface FormattedField extends Node {
  readonly value: Expression;
  /** The text before `=` in `{x=}`, shown before the value. */
  readonly label: string | undefined;
  readonly conversion: 'r' | 's' | 'a' | undefined;
  readonly format: ReadonlyArray<string | FormattedField>;
}

export interface Constant extends Node {
  readonly kind: 'Constant';
  readonly value: null | boolean | 'ellipsis';
}

export interface TupleDisplay extends Node {
  readonly kind: 'TupleDisplay';
  readonly elements: readonly Expression[];
}

export interface ListDisplay extends Node {
  readonly kind: 'ListDisplay';
  readonly elements: readonly Expression[];
}

export interface SetDisplay extends Node {
  readonly kind: 'SetDisplay';
  readonly elements: readonly Expression[];
}

/** An entry without a key is `**value`. */
export interface DictDisplay extends Node {
  readonly kind: 'DictDisplay';
  readonly entries: ReadonlyArray<{ readonly key: Expression | undefined; readonly value: Expression }>;
}

export interface Comprehension extends Node {
  readonly kind: 'Comprehension';
  readonly result: 'list' | 'set' | 'generator';
  readonly element: Expression;
  readonly clauses: readonly ComprehensionClause[];
}

export interface DictComprehension extends Node {
  readonly kind: 'DictComprehension';
  readonly key: Expression;
  readonly value: Expression;
  readonly clauses: readonly ComprehensionClause[];
}

export type ComprehensionClause =
  | { readonly kind: 'for'; readonly target: Target; readonly iterable: Expression }
  | { readonly kind: 'if'; readonly test: Expression };

export type UnaryOperator = '-' | '+' | '~' | 'not';

export interface Unary extends Node {
  readonly kind: 'Unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '<<' | '>>' | '&' | '|' | '^' | '@';

export interface Binary extends Node {
  readonly kind: 'Binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface BooleanOperation extends Node {
  readonly kind: 'BooleanOperation';
  readonly operator: 'and' | 'or';
  readonly operands: readonly Expression[];
}

/** `<>` is read as `!=`. */
export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'in' | 'not in' | 'is' | 'is not';

/** `a < b <= c` */
export interface Comparison extends Node {
  readonly kind: 'Comparison';
  readonly first: Expression;
  readonly rest: ReadonlyArray<{ readonly operator: ComparisonOperator; readonly operand: Expression }>;
}

export interface Conditional extends Node {
  readonly kind: 'Conditional';
  readonly test: Expression;
  readonly body: Expression;
  readonly orElse: Expression;
}

export interface Lambda extends Node {
  readonly kind: 'Lambda';
  readonly parameters: Parameters;
  readonly body: Expression;
}

export interface Call extends Node {
  readonly kind: 'Call';
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
}

export interface Argument extends Node {
  readonly kind: 'positional' | 'keyword' | 'star' | 'doubleStar';
  /** The keyword's name; empty for the other kinds. */
  readonly name: string;
  readonly value: Expression;
}

export interface Attribute extends Node {
  readonly kind: 'Attribute';
  readonly object: Expression;
  readonly name: string;
  readonly nameStart: number;
}

export interface Subscript extends Node {
  readonly kind: 'Subscript';
  readonly object: Expression;
  readonly index: Expression;
}

/** Only inside a subscript. */
export interface Slice extends Node {
  readonly kind: 'Slice';
  readonly lower: Expression | undefined;
  readonly upper: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface Starred extends Node {
  readonly kind: 'Starred';
  readonly value: Expression;
}

/** `(name := value)` */
export interface NamedExpression extends Node {
  readonly kind: 'NamedExpression';
  readonly target: Name;
  readonly value: Expression;
}

export interface Yield extends Node {
  readonly kind: 'Yield';
  readonly value: Expression | undefined;
}

export interface YieldFrom extends Node {
  readonly kind: 'YieldFrom';
  readonly value: Expression;
}
