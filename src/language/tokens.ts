import { createToken, EOF, type IToken, type TokenType } from 'chevrotain';

/**
 * The kinds of tokens, as Chevrotain token types: the scanner in `lexer.ts` makes the tokens, the parser and the
 * grammar document name them. Keywords are those of Python 2.7 and 3 together, without the words that one of
 * the two uses as ordinary names (`print`, `exec`, `nonlocal`, `async`, `match`); the parser knows these by place.
 */
export type Token = IToken;

export const EndOfFile: TokenType = EOF;

// Categories: one look at the next token decides.
export const BinaryOperator = createToken({ name: 'BinaryOperator', label: 'operator' });
export const PrefixOperator = createToken({ name: 'PrefixOperator', label: 'prefix operator' });
export const AugmentedAssign = createToken({ name: 'AugmentedAssign', label: 'augmented assignment' });

// Layout
export const Newline = createToken({ name: 'Newline', label: 'end of line' });
export const Indent = createToken({ name: 'Indent', label: 'indented block' });
export const Dedent = createToken({ name: 'Dedent', label: 'end of block' });

// Words that are keywords only where a statement begins; `statement-words.ts` tells.
export const Print = createToken({ name: 'Print', label: "'print'" });
export const Exec = createToken({ name: 'Exec', label: "'exec'" });
export const Nonlocal = createToken({ name: 'Nonlocal', label: "'nonlocal'" });

// Words and literals
export const NameToken = createToken({ name: 'Name', label: 'name' });
export const NumberToken = createToken({ name: 'Number', label: 'number' });
export const StringToken = createToken({ name: 'String', label: 'string' });

// A formatted string is several tokens, with those of its fields' expressions in between.
export const FormattedStart = createToken({ name: 'FormattedStart', label: 'f-string' });
export const FormattedText = createToken({ name: 'FormattedText', label: 'text of an f-string' });
export const FormattedEnd = createToken({ name: 'FormattedEnd', label: 'end of the f-string' });
export const FieldStart = createToken({ name: 'FieldStart', label: "'{' of an f-string" });
export const FieldEqual = createToken({ name: 'FieldEqual', label: "'=' of an f-string" });
export const FieldConversion = createToken({ name: 'FieldConversion', label: "'!' of an f-string" });
export const FieldColon = createToken({ name: 'FieldColon', label: "':' of an f-string" });
export const FieldEnd = createToken({ name: 'FieldEnd', label: "'}' of an f-string" });

const byImage = new Map<string, TokenType>();

function symbol(name: string, image: string, ...categories: TokenType[]): TokenType {
  const type = createToken({ name, label: `'${image}'`, categories });
  byImage.set(image, type);
  return type;
}

export const False = symbol('False', 'False');
export const None = symbol('None', 'None');
export const True = symbol('True', 'True');
export const And = symbol('And', 'and', BinaryOperator);
export const As = symbol('As', 'as');
export const Assert = symbol('Assert', 'assert');
export const Break = symbol('Break', 'break');
export const Class = symbol('Class', 'class');
export const Continue = symbol('Continue', 'continue');
export const Def = symbol('Def', 'def');
export const Del = symbol('Del', 'del');
export const Elif = symbol('Elif', 'elif');
export const Else = symbol('Else', 'else');
export const Except = symbol('Except', 'except');
export const Finally = symbol('Finally', 'finally');
export const For = symbol('For', 'for');
export const From = symbol('From', 'from');
export const Global = symbol('Global', 'global');
export const If = symbol('If', 'if');
export const Import = symbol('Import', 'import');
export const In = symbol('In', 'in', BinaryOperator);
export const Is = symbol('Is', 'is', BinaryOperator);
export const Lambda = symbol('Lambda', 'lambda');
export const Not = symbol('Not', 'not', PrefixOperator);
export const Or = symbol('Or', 'or', BinaryOperator);
export const Pass = symbol('Pass', 'pass');
export const Raise = symbol('Raise', 'raise');
export const Return = symbol('Return', 'return');
export const Try = symbol('Try', 'try');
export const While = symbol('While', 'while');
export const With = symbol('With', 'with');
export const Yield = symbol('Yield', 'yield');

const keywordCount = byImage.size;

// Two words that the scanner joins into one token.
export const NotIn = symbol('NotIn', 'not in', BinaryOperator);
export const IsNot = symbol('IsNot', 'is not', BinaryOperator);

export const OpenParen = symbol('OpenParen', '(');
export const CloseParen = symbol('CloseParen', ')');
export const OpenBracket = symbol('OpenBracket', '[');
export const CloseBracket = symbol('CloseBracket', ']');
export const OpenBrace = symbol('OpenBrace', '{');
export const CloseBrace = symbol('CloseBrace', '}');
export const Comma = symbol('Comma', ',');
export const Colon = symbol('Colon', ':');
export const Semicolon = symbol('Semicolon', ';');
export const Dot = symbol('Dot', '.');
export const Ellipsis = symbol('Ellipsis', '...');
export const Equal = symbol('Equal', '=');
export const ColonEqual = symbol('ColonEqual', ':=');
export const Arrow = symbol('Arrow', '->');
export const Backquote = symbol('Backquote', '`');
export const At = symbol('At', '@', BinaryOperator);

export const Plus = symbol('Plus', '+', BinaryOperator, PrefixOperator);
export const Minus = symbol('Minus', '-', BinaryOperator, PrefixOperator);
export const Tilde = symbol('Tilde', '~', PrefixOperator);
export const Star = symbol('Star', '*', BinaryOperator);
export const DoubleStar = symbol('DoubleStar', '**', BinaryOperator);
export const ShiftRight = symbol('ShiftRight', '>>', BinaryOperator);
for (const [name, image] of [
  ['Slash', '/'],
  ['DoubleSlash', '//'],
  ['Percent', '%'],
  ['ShiftLeft', '<<'],
  ['Ampersand', '&'],
  ['Bar', '|'],
  ['Caret', '^'],
  ['Less', '<'],
  ['Greater', '>'],
  ['LessEqual', '<='],
  ['GreaterEqual', '>='],
  ['DoubleEqual', '=='],
  ['NotEqual', '!='],
  ['LessGreater', '<>'],
] as const) {
  symbol(name, image, BinaryOperator);
}
for (const [name, image] of [
  ['PlusEqual', '+='],
  ['MinusEqual', '-='],
  ['StarEqual', '*='],
  ['SlashEqual', '/='],
  ['DoubleSlashEqual', '//='],
  ['PercentEqual', '%='],
  ['DoubleStarEqual', '**='],
  ['ShiftLeftEqual', '<<='],
  ['ShiftRightEqual', '>>='],
  ['AmpersandEqual', '&='],
  ['BarEqual', '|='],
  ['CaretEqual', '^='],
  ['AtEqual', '@='],
] as const) {
  symbol(name, image, AugmentedAssign);
}
/** Only as the marker of positional-only parameters does `/` stand alone. */
export const Slash = symbolType('/');

const keywords = new Map([...byImage].slice(0, keywordCount));

/** The type of a keyword, an operator or a bracket. */
export function symbolType(image: string): TokenType {
  const type = byImage.get(image);
  if (type === undefined) throw new Error(`no token ${image}`);
  return type;
}

export function keywordType(word: string): TokenType | undefined {
  return keywords.get(word);
}

export function isKeyword(token: Token): boolean {
  return keywords.get(token.image) === token.tokenType;
}

export const keywordWords: readonly string[] = [...keywords.keys()];
export const symbolImages: readonly string[] = [...byImage.keys()];

export const allTokens: readonly TokenType[] = [
  BinaryOperator,
  PrefixOperator,
  AugmentedAssign,
  Newline,
  Indent,
  Dedent,
  Print,
  Exec,
  Nonlocal,
  NameToken,
  NumberToken,
  StringToken,
  FormattedStart,
  FormattedText,
  FormattedEnd,
  FieldStart,
  FieldEqual,
  FieldConversion,
  FieldColon,
  FieldEnd,
  ...byImage.values(),
];

/** Whether an expression can begin with a token of this type; indexed by `tokenTypeIdx`. */
export const startsExpression: readonly boolean[] = flags([
  NameToken,
  NumberToken,
  StringToken,
  FormattedStart,
  OpenParen,
  OpenBracket,
  OpenBrace,
  Backquote,
  Ellipsis,
  Lambda,
  Not,
  Plus,
  Minus,
  Tilde,
  True,
  False,
  None,
  Yield,
]);

function flags(types: readonly TokenType[]): boolean[] {
  const table: boolean[] = [];
  for (const type of types) table[type.tokenTypeIdx ?? 0] = true;
  return table;
}

export function makeToken(type: TokenType, image: string, start: number, end: number): Token {
  return {
    image,
    startOffset: start,
    endOffset: end - 1,
    tokenTypeIdx: type.tokenTypeIdx ?? 0,
    tokenType: type,
  };
}

/** The offset after a token. */
export function endOf(token: Token): number {
  return (token.endOffset ?? 0) + 1;
}
