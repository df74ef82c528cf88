import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import type { Scanner } from './lexer.js';
import type { StringForm } from './string-literal.js';
import { lineAt, placeAt, syntaxDiagnostic } from './syntax-diagnostic.js';
import { endOf, NameToken, StringToken } from './tokens.js';

export interface OpenBracket {
  /** The bracket that closes it. */
  readonly close: string;
  readonly start: number;
  /** Whether it is the brace of an f-string's field. */
  readonly field: boolean;
}

/** A bracket that is open where it cannot be any more: at the end of the file, or where a statement begins. */
export function unclosedBracket(file: SourceFile, open: readonly OpenBracket[], at: number): Diagnostic {
  const innermost = open[open.length - 1] ?? { start: at, close: ')' };
  const bracket = file.text.charAt(innermost.start);
  const end = at >= file.text.length;
  const lastCharacter = Math.max(0, file.text.trimEnd().length - 1);
  const notes = [
    end
      ? `unexpected EOF while parsing: the file ends at ${placeAt(file, lastCharacter)}`
      : `a new statement begins at ${placeAt(file, at)}`,
  ];
  for (const outer of open.slice(0, -1).reverse().slice(0, 3)) {
    notes.push(`'${file.text.charAt(outer.start)}' of line ${lineAt(file, outer.start)} is open too`);
  }
  return syntaxDiagnostic(
    file,
    innermost.start,
    innermost.start + 1,
    `invalid syntax: '${bracket}' was never closed, expected '${innermost.close}'`,
    { code: 'unclosed-bracket', notes },
  );
}

/** A closing bracket that closes nothing, or not what is open. */
export function wrongBracket(file: SourceFile, at: number, open: OpenBracket | undefined): Diagnostic {
  const found = file.text.charAt(at);
  if (open === undefined) {
    return syntaxDiagnostic(
      file,
      at,
      at + 1,
      `invalid syntax: unmatched '${found}', no bracket is open here`,
      {
        code: 'unmatched-bracket',
      },
    );
  }
  const opener = file.text.charAt(open.start);
  return syntaxDiagnostic(
    file,
    at,
    at + 1,
    `invalid syntax: closing '${found}' does not match the opening '${opener}' of line ${lineAt(file, open.start)}`,
    {
      code: 'unmatched-bracket',
      notes: [`'${opener}' was opened at ${placeAt(file, open.start)}`],
      suggestion: `Write '${open.close}' before it, or instead of it.`,
    },
  );
}

export function openTripleQuotes(
  file: SourceFile,
  start: number,
  { quote, bodyStart }: StringForm,
): Diagnostic {
  const message = `EOF in a triple-quoted string: its closing ${quote} is missing`;
  return syntaxDiagnostic(file, start, bodyStart, message, { code: 'unterminated-string' });
}

/** A string without its second quote; often the first one was closed by an apostrophe: `'it's'`. */
export function openString(scanner: Scanner, start: number, end: number, { quote }: StringForm): Diagnostic {
  const line = scanner.text.lastIndexOf('\n', start) + 1;
  const apostrophe = scanner.tokens.some(
    (token, index) =>
      token.tokenType === StringToken &&
      token.startOffset >= line &&
      scanner.tokens[index + 1]?.tokenType === NameToken &&
      scanner.tokens[index + 1]?.startOffset === endOf(token),
  );
  const message = `unterminated string: the closing quote ${quote} is missing (EOL while scanning it)`;
  return syntaxDiagnostic(scanner.file, start, end, message, {
    code: 'unterminated-string',
    suggestion: apostrophe
      ? `A ${quote} inside a string ends it: write \\${quote}, or put the string between ${quote === '"' ? "'" : '"'} quotes.`
      : `Close it on the same line, or use ${quote.repeat(3)} for text of several lines.`,
  });
}

const QUOTES = /[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2032\u2033\u00b4\uff02\uff07]/;
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/;
const DASHES = /[\u2010-\u2015\u2212]/;
const ADVICE = new Map([
  ['!', 'Write "not", or "!=" to compare.'],
  ['?', 'Write "a if condition else b" for a choice.'],
  ['$', 'Names have no "$"; the value of an environment variable is os.environ["NAME"].'],
]);

/** Reports a character that begins no token; gives the offset where scanning goes on. */
export function invalidCharacter(scanner: Scanner, at: number): number {
  const { text } = scanner;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const end = at + character.length;
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (QUOTES.test(character)) {
    const close = /["'\u2018\u2019\u201c\u201d\u00bb\u201f\r\n]/g;
    close.lastIndex = end;
    const found = close.exec(text);
    const until = found && !/[\r\n]/.test(found[0]) ? found.index + 1 : end;
    scanner.error(
      at,
      until,
      `invalid syntax: ${character} (${code}) is a typographic quote, not a string's quote`,
      {
        code: 'invalid-character',
        suggestion: `Use ' or " around strings.`,
      },
    );
    // The rest of the would-be string is taken as one, so that it gives no second message.
    scanner.pushReplacement(at, until);
    return until;
  }
  if (SPACES.test(character)) {
    scanner.error(at, end, `invalid character ${code}: a special space`, {
      code: 'invalid-character',
      suggestion: 'Use an ordinary space.',
    });
    return end;
  }
  if (DASHES.test(character)) {
    scanner.error(at, end, `invalid character ${character} (${code}): a typographic dash`, {
      code: 'invalid-character',
      suggestion: 'Use "-".',
    });
    return end;
  }
  const control = /\p{C}/u.test(character);
  scanner.error(
    at,
    end,
    character === '\0'
      ? 'invalid syntax: the text contains a null byte (NUL)'
      : `invalid syntax: unexpected character ${control ? code : `'${character}'`}`,
    { code: 'invalid-character', suggestion: ADVICE.get(character) },
  );
  return end;
}
