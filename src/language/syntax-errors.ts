import type { IRecognitionException } from 'chevrotain';
import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import { lineAt, placeAt, syntaxDiagnostic, type SyntaxDetails } from './syntax-diagnostic.js';
import * as tokens from './tokens.js';
import { endOf, isKeyword, startsExpression, type Token } from './tokens.js';

/**
 * Says in plain words why the parser stopped. It knows the token that did not fit, the rules under way and
 * what was expected; the likeliest mistake is the first of the cases below that fits.
 */
export function explainSyntaxError(
  file: SourceFile,
  stream: readonly Token[],
  exception: IRecognitionException,
): Diagnostic {
  const index = stream.indexOf(exception.token);
  const at = index < 0 ? stream.length : index;
  const place: Place = {
    file,
    stream,
    at,
    found: stream[at],
    previous: stream[at - 1],
    expected: exception.message,
    rules: exception.context.ruleStack,
  };
  for (const explain of CASES) {
    const explanation = explain(place);
    if (explanation) return diagnosticAt(place, explanation);
  }
  const expected = place.expected === '' ? '' : `: expected ${place.expected}`;
  return diagnosticAt(place, {
    message: `invalid syntax${expected}${expected ? ' but found' : ': unexpected'} ${describe(place.found)}`,
  });
}

interface Place {
  readonly file: SourceFile;
  readonly stream: readonly Token[];
  readonly at: number;
  readonly found: Token | undefined;
  readonly previous: Token | undefined;
  readonly expected: string;
  readonly rules: readonly string[];
}

interface Explanation extends SyntaxDetails {
  readonly message: string;
  /** The token to point at, if not the one found. */
  readonly token?: Token | undefined;
}

type Case = (place: Place) => Explanation | undefined;

function diagnosticAt(place: Place, { message, token, ...details }: Explanation): Diagnostic {
  const { file, previous } = place;
  const at = token ?? place.found;
  if (at === undefined) {
    const end = previous ? endOf(previous) : file.text.length;
    return syntaxDiagnostic(file, end, end, message, details);
  }
  return syntaxDiagnostic(file, at.startOffset, endOf(at), message, details);
}

const CASES: readonly Case[] = [
  unexpectedIndent,
  missingBlock,
  strayBranch,
  elseIf,
  otherLanguage,
  keywordAsName,
  assignmentInExpression,
  missingColon,
  quoteInString,
  missingSeparator,
  missingOperand,
];

function unexpectedIndent({ found, previous, file, stream, at }: Place): Explanation | undefined {
  if (found?.tokenType !== tokens.Indent) return undefined;
  const before = stream.slice(0, at).findLast((token) => token.tokenType !== tokens.Newline);
  return {
    message: 'unexpected indent: this line is indented more than the one before',
    token: stream[at + 1],
    code: 'bad-indentation',
    suggestion:
      before && previous
        ? `Line ${lineAt(file, before.startOffset)} opens no block; a block needs ':' before it.`
        : undefined,
  };
}

function missingBlock({ expected, found, previous, stream, at, file }: Place): Explanation | undefined {
  if (expected !== tokens.Indent.LABEL || previous?.tokenType !== tokens.Newline) return undefined;
  const header = stream.slice(0, at - 1).findLastIndex((token) => isLayout(token.tokenType));
  const opener = stream[header + 1];
  const where = opener ? ` after '${opener.image}' on line ${lineAt(file, opener.startOffset)}` : '';
  return {
    message: `expected an indented block${where}`,
    token: found?.tokenType === tokens.Dedent ? (stream[at + 1] ?? previous) : (found ?? previous),
    code: 'bad-indentation',
    suggestion: 'Indent the block\'s lines; an empty block is written "pass".',
  };
}

function isLayout(type: Token['tokenType']): boolean {
  return type === tokens.Newline || type === tokens.Indent || type === tokens.Dedent;
}

const BRANCHES = new Map([
  [tokens.Else, "an 'if', 'for', 'while' or 'try' of the same indentation"],
  [tokens.Elif, "an 'if' of the same indentation"],
  [tokens.Except, "a 'try' of the same indentation"],
  [tokens.Finally, "a 'try' of the same indentation"],
]);

function strayBranch({ found, previous }: Place): Explanation | undefined {
  const owner = found && BRANCHES.get(found.tokenType);
  if (owner === undefined || (previous && !isLayout(previous.tokenType))) return undefined;
  return { message: `invalid syntax: '${found?.image ?? ''}' without ${owner} before it` };
}

function elseIf({ found, previous }: Place): Explanation | undefined {
  if (previous?.tokenType !== tokens.Else || found?.tokenType !== tokens.If) return undefined;
  return { message: "invalid syntax: 'else if' is written 'elif'", suggestion: 'Did you mean "elif"?' };
}

/** Words of other languages, and of Python 3 where this language ends. */
const FOREIGN = new Map<string, string>([
  ['var', 'Assign without it: "name = value".'],
  ['let', 'Assign without it: "name = value".'],
  ['const', 'Assign without it: "name = value".'],
  ['function', 'A function begins with "def".'],
  ['func', 'A function begins with "def".'],
  ['elseif', 'Did you mean "elif"?'],
  ['elsif', 'Did you mean "elif"?'],
  ['switch', 'Write a chain of "if" and "elif".'],
  ['match', 'Write a chain of "if" and "elif": there is no match statement.'],
  ['async', 'A configuration has nothing to wait for: leave "async" out.'],
  ['await', 'A configuration has nothing to wait for: leave "await" out.'],
  ['new', 'Call the type without it: "Job(...)".'],
  ['foreach', 'A loop begins with "for".'],
]);

function otherLanguage({ found, previous, stream, at }: Place): Explanation | undefined {
  if (found && previous && (found.image === '&' || found.image === '|') && previous.image === found.image) {
    return {
      message: `invalid syntax: unexpected operator '${found.image}${found.image}'`,
      token: previous,
      suggestion: found.image === '&' ? 'Write "and".' : 'Write "or".',
    };
  }
  if (found?.image === '//' || found?.image === '/') {
    if (previous && !isLayout(previous.tokenType)) return undefined;
    return {
      message: `invalid syntax: unexpected '${found.image}'`,
      suggestion: 'A comment begins with "#".',
    };
  }
  if (
    (previous?.image === '++' || previous?.image === '+' || previous?.image === '-') &&
    found &&
    endsExpression(found)
  ) {
    const before = stream[at - 2];
    if (before && before.image === previous.image && endOf(before) === previous.startOffset) {
      const sign = previous.image;
      return {
        message: `invalid syntax: there is no operator '${sign}${sign}'`,
        token: before,
        suggestion: `Did you mean "${sign}= 1"?`,
      };
    }
  }
  const advice = previous?.tokenType === tokens.NameToken ? FOREIGN.get(previous.image) : undefined;
  if (advice === undefined || !found || !(startsExpression[found.tokenTypeIdx] || isKeyword(found)))
    return undefined;
  return {
    message: `invalid syntax: unexpected ${describe(found).replace(/^the /, '')} after '${previous?.image ?? ''}'`,
    token: previous,
    suggestion: advice,
  };
}

function endsExpression(token: Token): boolean {
  return [tokens.Newline, tokens.CloseParen, tokens.CloseBracket, tokens.Semicolon].includes(token.tokenType);
}

const CONDITIONS = new Set(['ifStatement', 'whileStatement', 'assertStatement', 'returnStatement']);

function assignmentInExpression({ found, rules }: Place): Explanation | undefined {
  if (found?.tokenType === tokens.Equal || found?.tokenType === tokens.AugmentedAssign) {
    const inCondition =
      CONDITIONS.has(rules[rules.length - 1] ?? '') || CONDITIONS.has(rules[rules.length - 2] ?? '');
    return {
      message: `invalid syntax: '=' assigns and cannot stand in ${inCondition ? 'a condition' : 'an expression'}`,
      suggestion: 'To compare, write "==".',
    };
  }
  return undefined;
}

function keywordAsName(place: Place): Explanation | undefined {
  const { found, previous, stream, at, expected } = place;
  const next = stream[at + 1];
  if (found && isKeyword(found) && !isKeywordJoin(found)) {
    const asKeywordArgument = next?.tokenType === tokens.Equal;
    if (expected === tokens.NameToken.LABEL || asKeywordArgument || next?.tokenType === tokens.Dot) {
      return reserved(found, found);
    }
  }
  if (previous && isKeyword(previous) && found?.tokenType === tokens.Equal)
    return reserved(previous, previous);
  return undefined;
}

function isKeywordJoin(token: Token): boolean {
  return token.tokenType === tokens.NotIn || token.tokenType === tokens.IsNot;
}

function reserved(word: Token, token: Token): Explanation {
  return {
    message: `invalid syntax: '${word.image}' is a keyword of the language and cannot be a name`,
    token,
    suggestion: `Did you mean "${word.image}_"?`,
  };
}

const HEADERS = new Set([
  tokens.If,
  tokens.Elif,
  tokens.Else,
  tokens.For,
  tokens.While,
  tokens.Def,
  tokens.Class,
  tokens.Try,
  tokens.Except,
  tokens.Finally,
  tokens.With,
]);

function missingColon(place: Place): Explanation | undefined {
  const { found, previous, stream, at, expected, rules, file } = place;
  if (expected !== tokens.Colon.LABEL || rules[rules.length - 1] !== 'block') return undefined;
  const start = stream.slice(0, at).findLastIndex((token) => HEADERS.has(token.tokenType));
  const header = stream[start]?.image ?? 'statement';
  if (found && !isLayout(found.tokenType)) {
    if (previous && canFollowOperand(place)) return missingSeparator(place);
    return { message: `invalid syntax: expected ':' after this '${header}' but found ${describe(found)}` };
  }
  return {
    message: `invalid syntax: expected ':' at the end of the '${header}' line`,
    token: previous,
    suggestion: `Write ":" after "${file.text.slice(previous?.startOffset, previous ? endOf(previous) : 0)}".`,
  };
}

const OPERAND_ENDS = new Set([
  tokens.NameToken,
  tokens.NumberToken,
  tokens.StringToken,
  tokens.FormattedEnd,
  tokens.CloseParen,
  tokens.CloseBracket,
  tokens.CloseBrace,
  tokens.True,
  tokens.False,
  tokens.None,
]);

/** Two operands side by side, with nothing that joins them. */
function canFollowOperand({ found, previous }: Place): boolean {
  return (
    found !== undefined &&
    previous !== undefined &&
    OPERAND_ENDS.has(previous.tokenType) &&
    startsExpression[found.tokenTypeIdx] === true
  );
}

function quoteInString(place: Place): Explanation | undefined {
  const { found, previous } = place;
  if (!found || !previous || !canFollowOperand(place)) return undefined;
  const string = [tokens.StringToken, tokens.FormattedEnd];
  if (!string.includes(previous.tokenType) || endOf(previous) !== found.startOffset) return undefined;
  const quote = previous.image.slice(-1);
  return {
    message: `invalid syntax: the string ends at its second quote, so ${describe(found)} is unexpected`,
    notes: [`a ${quote} inside a string of ${quote} quotes ends it`],
    suggestion: `Write \\${quote} inside the string, or put it between ${quote === '"' ? "'" : '"'} quotes.`,
  };
}

function missingSeparator(place: Place): Explanation | undefined {
  const { file, found, previous } = place;
  if (!found || !previous || !canFollowOperand(place)) return undefined;
  const open = enclosingBracket(place);
  if (open === undefined) {
    return { message: `invalid syntax: unexpected ${describe(found)} after ${describe(previous)}` };
  }
  const close = open.image === '(' ? ')' : open.image === '[' ? ']' : '}';
  const colon = open.image === '{' && needsColon(place, open);
  const wanted = colon ? "':' between key and value" : `',' or '${close}'`;
  return {
    message: `invalid syntax: expected ${wanted} before ${describe(found)}`,
    notes: [`'${open.image}' was opened at ${placeAt(file, open.startOffset)}`],
    suggestion: colon
      ? undefined
      : `Is a comma missing after ${describe(previous)} on line ${lineAt(file, previous.startOffset)}?`,
  };
}

const CLOSERS = new Set([tokens.CloseParen, tokens.CloseBracket, tokens.CloseBrace]);
const OPENERS = new Set([tokens.OpenParen, tokens.OpenBracket, tokens.OpenBrace]);

function enclosingBracket({ stream, at }: Place): Token | undefined {
  let depth = 0;
  for (let before = at - 1; before >= 0; before--) {
    const token = stream[before] as Token;
    if (CLOSERS.has(token.tokenType)) depth++;
    else if (OPENERS.has(token.tokenType) && depth-- === 0) return token;
  }
  return undefined;
}

/** In braces: whether the entry under way has no colon yet while the ones before have. */
function needsColon({ stream, at }: Place, open: Token): boolean {
  const from = stream.indexOf(open);
  const inside = stream.slice(from + 1, at);
  const lastComma = inside.findLastIndex((token) => token.tokenType === tokens.Comma);
  return (
    inside.slice(0, Math.max(0, lastComma)).some((token) => token.tokenType === tokens.Colon) &&
    !inside.slice(lastComma + 1).some((token) => token.tokenType === tokens.Colon)
  );
}

function missingOperand({ found, previous, expected }: Place): Explanation | undefined {
  if (!['an expression', 'a statement', 'a name', tokens.NameToken.LABEL].includes(expected))
    return undefined;
  const after = previous && !isLayout(previous.tokenType) ? ` after ${describe(previous)}` : '';
  const wanted = expected === tokens.NameToken.LABEL ? 'a name' : expected;
  return { message: `invalid syntax: expected ${wanted}${after} but found ${describe(found)}` };
}

const LONGEST_IMAGE = 30;

export function describe(token: Token | undefined): string {
  switch (token?.tokenType) {
    case undefined:
      return 'the end of the file';
    case tokens.Newline:
      return 'the end of the line';
    case tokens.Indent:
      return 'an indented line';
    case tokens.Dedent:
      return 'the end of the block';
    case tokens.StringToken:
      return token.image.length <= LONGEST_IMAGE ? `the string ${token.image}` : 'a string';
    case tokens.FormattedStart:
    case tokens.FormattedEnd:
      return 'an f-string';
  }
  const image = token?.image ?? '';
  if (token && isKeyword(token)) return `the keyword '${image}'`;
  return image.length <= LONGEST_IMAGE ? `'${image}'` : `'${image.slice(0, LONGEST_IMAGE)}...'`;
}
