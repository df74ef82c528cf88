import type { Scanner } from './lexer.js';
import { closingQuote, type StringForm } from './string-literal.js';
import * as tokens from './tokens.js';

/**
 * Formatted strings: `f'a {x!r:>{width}} b'` becomes FormattedStart, texts, and for each field FieldStart, the
 * tokens of its expression, optionally FieldEqual (`{x=}`), FieldConversion (`!r`), FieldColon and the texts
 * and fields of the format, and FieldEnd; then FormattedEnd.
 */
export class FormattedStringScanner {
  constructor(private readonly scanner: Scanner) {}

  scan(start: number, form: StringForm): void {
    const { scanner } = this;
    scanner.push(tokens.FormattedStart, start, form.bodyStart);
    if (this.scanParts(form, false)) {
      scanner.push(tokens.FormattedEnd, scanner.at, scanner.at + form.quote.length);
      return;
    }
    if (!scanner.stopped() || scanner.at >= scanner.text.length) {
      if (!this.reported) scanner.unterminated(start, scanner.at, form);
    }
    this.reported = false;
    scanner.push(tokens.FormattedEnd, scanner.at, scanner.at);
  }

  private reported = false;

  /** Texts and fields up to the closing quote, or to the `}` after a format. False: neither comes. */
  private scanParts(form: StringForm, inFormat: boolean): boolean {
    const { scanner } = this;
    const { text } = scanner;
    let textStart = scanner.at;
    const flush = (): void => {
      if (scanner.at > textStart) scanner.push(tokens.FormattedText, textStart, scanner.at);
    };
    while (!scanner.stopped()) {
      const character = text.charAt(scanner.at);
      if (text.startsWith(form.quote, scanner.at) || (inFormat && character === '}')) {
        flush();
        return !inFormat || character === '}';
      }
      if (isLineEnd(character) && form.quote.length === 1) break;
      if (!inFormat && (text.startsWith('{{', scanner.at) || text.startsWith('}}', scanner.at))) {
        scanner.at += 2;
      } else if (character === '{') {
        flush();
        if (!this.scanField(form)) return false;
        textStart = scanner.at;
      } else if (character === '}') {
        scanner.error(scanner.at, scanner.at + 1, "f-string: single '}' is not allowed", {
          suggestion: "Write '}}'.",
        });
        scanner.at++;
      } else if (character === '\\') {
        scanner.at += escapeLength(text, scanner.at);
      } else {
        scanner.at++;
      }
    }
    flush();
    return false;
  }

  private scanField(form: StringForm): boolean {
    const { scanner } = this;
    const { text } = scanner;
    const start = scanner.at;
    const depth = scanner.brackets.length;
    scanner.push(tokens.FieldStart, start, start + 1);
    scanner.open({ close: '}', start, field: true });
    while (!scanner.stopped()) {
      const character = text.charAt(scanner.at);
      if (scanner.brackets.length === depth + 1) {
        const done = this.scanFieldEnd(character, form);
        if (done !== undefined) return this.leave(depth, done);
      }
      if (isLineEnd(character) && form.quote.length === 1) break;
      if (text.startsWith(form.quote, scanner.at) && !this.beginsNested(form)) break;
      if (character === '#' || (character === '\\' && !isLineEnd(text.charAt(scanner.at + 1)))) {
        scanner.error(
          scanner.at,
          scanner.at + 1,
          `f-string: '${character}' is not allowed between the braces`,
        );
        scanner.at++;
      } else {
        scanner.scanToken();
      }
    }
    if (scanner.brackets.length === 0) return false;
    scanner.error(start, start + 1, "invalid syntax: f-string: expecting '}', its '{' was never closed", {
      code: 'unclosed-bracket',
      suggestion:
        "For a brace itself write '{{'; for a string between the braces use the other kind of quote.",
    });
    this.reported = true;
    return this.leave(depth, this.skipToEnd(form));
  }

  /** At the field's own level: takes `!r`, `=`, `:format` and `}`. Undefined: something else stands here. */
  private scanFieldEnd(character: string, form: StringForm): boolean | undefined {
    const { scanner } = this;
    const { text } = scanner;
    if (character === '}') {
      scanner.push(tokens.FieldEnd, scanner.at, scanner.at + 1);
      return true;
    }
    if (character === '!' && text.charAt(scanner.at + 1) !== '=') {
      const end = /!\s*\w*/y;
      end.lastIndex = scanner.at;
      scanner.push(tokens.FieldConversion, scanner.at, scanner.at + (end.exec(text)?.[0].length ?? 1));
      return this.scanFieldEnd(text.charAt(scanner.at), form);
    }
    if (character === '=') {
      const equal = /=\s*(?=[}!:])/y;
      equal.lastIndex = scanner.at;
      const match = equal.exec(text);
      if (match) scanner.push(tokens.FieldEqual, scanner.at, scanner.at + match[0].length);
      return match ? this.scanFieldEnd(text.charAt(scanner.at), form) : undefined;
    }
    if (character !== ':') return undefined;
    scanner.push(tokens.FieldColon, scanner.at, scanner.at + 1);
    if (!this.scanParts(form, true)) return false;
    scanner.push(tokens.FieldEnd, scanner.at, scanner.at + 1);
    return true;
  }

  /**
   * Whether the quote of the f-string, met between the braces, begins a string there (as since Python 3.12)
   * rather than ends the f-string, which would be a mistake: the brace must still be closed after it.
   */
  private beginsNested(form: StringForm): boolean {
    const { text, at } = this.scanner;
    const nested = { ...form, quote: form.quote, bodyStart: at + form.quote.length };
    const { close } = closingQuote(text, nested);
    if (close < 0) return false;
    const after = close + form.quote.length;
    const lineEnd = form.quote.length === 1 ? text.indexOf('\n', after) : -1;
    const brace = text.indexOf('}', after);
    const end = brace < 0 ? -1 : text.indexOf(form.quote, brace);
    return end >= 0 && (lineEnd < 0 || end < lineEnd);
  }

  private leave(depth: number, complete: boolean): boolean {
    this.scanner.brackets.length = Math.min(depth, this.scanner.brackets.length);
    return complete;
  }

  /** After a mistake: passes the rest of the literal; false when its end does not come on this line. */
  private skipToEnd(form: StringForm): boolean {
    const { scanner } = this;
    const end = scanner.text.indexOf(form.quote, scanner.at);
    const lineEnd = scanner.text.indexOf('\n', scanner.at);
    if (end < 0 || (form.quote.length === 1 && lineEnd >= 0 && lineEnd < end)) {
      scanner.at = lineEnd < 0 ? scanner.text.length : lineEnd;
      return false;
    }
    scanner.at = end;
    this.reported = false;
    return true;
  }
}

/** `\{` is a backslash before a field; every other escape hides one character, `\N{...}` its name. */
function escapeLength(text: string, at: number): number {
  const next = text.charAt(at + 1);
  if (next === '{' || next === '}') return 1;
  if (next === 'N' && text.charAt(at + 2) === '{') {
    const close = text.indexOf('}', at);
    return close < 0 ? 2 : close + 1 - at;
  }
  return text.startsWith('\r\n', at + 1) ? 3 : 2;
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}
