/** The expressions of the syntax tree; `ast.ts` tells what holds for all nodes. */
export interface Node {
  readonly start: number;
  readonly end: number;
}

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
