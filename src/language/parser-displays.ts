import type { Comprehension, ComprehensionClause, Expression, FormattedField, Target } from './ast.js';
import { ParserBase, widen, type Rule } from './parser-base.js';
import { conversionOf, formattedText, joinStrings, textPart, type StringPart } from './string-nodes.js';
import { syntaxError } from './syntax-diagnostic.js';
import { asTarget, type Binding } from './targets.js';
import * as tokens from './tokens.js';
import { endOf, type Token } from './tokens.js';

type Clauses = readonly ComprehensionClause[];
/** What stands between braces before it is known whether they are a dict or a set. */
interface Entry {
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly isDict: boolean;
}

/** The rules of `grammar/aurora.ebnf` under "Displays": literals, everything in brackets, and comprehensions. */
export abstract class DisplayParser extends ParserBase {
  protected abstract readonly expressionList: Rule<Expression>;
  protected abstract readonly element: Rule<Expression>;
  protected abstract readonly expression: Rule<Expression>;
  protected abstract readonly operation: Rule<Expression>;
  protected abstract readonly primary: Rule<Expression>;

  /** Adjacent literals are one. */
  protected readonly strings: Rule<Expression> = this.RULE('strings', (): Expression => {
    const start = this.nextStart();
    const parts: StringPart[] = [];
    this.AT_LEAST_ONE(() => {
      this.OR([
        {
          ALT: () => {
            const token = this.CONSUME(tokens.StringToken);
            this.ACTION(() => parts.push(textPart(this.file, token, this.unicodeEscapes())));
          },
        },
        { ALT: () => parts.push(this.SUBRULE(this.formattedString)) },
      ]);
    });
    return this.ACTION(() => joinStrings(parts, start, this.lastEnd()));
  });

  protected readonly formattedString: Rule<StringPart> = this.RULE('formattedString', (): StringPart => {
    const opening = this.CONSUME(tokens.FormattedStart);
    const pieces: (string | FormattedField)[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const text = this.CONSUME(tokens.FormattedText);
            this.ACTION(() => pieces.push(formattedText(this.file, opening, text, false)));
          },
        },
        { ALT: () => pieces.push(this.SUBRULE(this.formattedField, { ARGS: [opening] })) },
      ]);
    });
    this.CONSUME(tokens.FormattedEnd);
    return { pieces };
  });

  /** `{x=!r:>{width}}` */
  protected readonly formattedField: Rule<FormattedField, [Token]> = this.RULE(
    'formattedField',
    (opening: Token): FormattedField => {
      const brace = this.CONSUME(tokens.FieldStart);
      const value = this.SUBRULE(this.expressionList);
      const label = this.OPTION(() => {
        const equal = this.CONSUME(tokens.FieldEqual);
        return this.file.text.slice(endOf(brace), endOf(equal));
      });
      const conversion = this.OPTION2(() => {
        const token = this.CONSUME(tokens.FieldConversion);
        return this.ACTION(() => conversionOf(this.file, token));
      });
      const format: (string | FormattedField)[] = [];
      this.OPTION3(() => {
        this.CONSUME(tokens.FieldColon);
        this.MANY(() => {
          this.OR([
            {
              ALT: () => {
                const text = this.CONSUME(tokens.FormattedText);
                this.ACTION(() => format.push(formattedText(this.file, opening, text, true)));
              },
            },
            { ALT: () => format.push(this.SUBRULE(this.formattedField, { ARGS: [opening] })) },
          ]);
        });
      });
      const end = endOf(this.CONSUME(tokens.FieldEnd));
      return { start: brace.startOffset, end, value, label, conversion, format };
    },
  );

  /** `(a)`, `()`, `(a,)`, `(a for a in b)` */
  protected readonly parentheses: Rule<Expression> = this.RULE('parentheses', (): Expression => {
    const { startOffset } = this.CONSUME(tokens.OpenParen);
    let inner = undefined as Expression | undefined;
    this.OPTION(() => {
      inner = this.SUBRULE(this.expressionList);
      this.OPTION2(() => {
        const clauses = this.SUBRULE(this.comprehensionClauses, { ARGS: [false] });
        inner = this.comprehension('generator', inner as Expression, clauses);
      });
    });
    const { endOffset } = this.CONSUME(tokens.CloseParen);
    const end = (endOffset ?? 0) + 1;
    if (inner) return widen(inner, startOffset, end);
    return { kind: 'TupleDisplay', start: startOffset, end, elements: [] };
  });

  protected readonly list: Rule<Expression> = this.RULE('list', (): Expression => {
    const { startOffset } = this.CONSUME(tokens.OpenBracket);
    const elements: Expression[] = [];
    let clauses = undefined as Clauses | undefined;
    this.OPTION(() => {
      elements.push(this.SUBRULE(this.element));
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => (clauses = this.SUBRULE(this.comprehensionClauses, { ARGS: [true] })) },
          {
            ALT: () => {
              this.MANY({
                GATE: this.commaThenElement,
                DEF: () => {
                  this.CONSUME(tokens.Comma);
                  elements.push(this.SUBRULE2(this.element));
                },
              });
              this.OPTION2(() => this.CONSUME2(tokens.Comma));
            },
          },
        ],
      });
    });
    const { endOffset } = this.CONSUME(tokens.CloseBracket);
    const end = (endOffset ?? 0) + 1;
    if (clauses)
      return widen(this.comprehension('list', elements[0] as Expression, clauses), startOffset, end);
    return { kind: 'ListDisplay', start: startOffset, end, elements };
  });

  /** A dict or a set, or a comprehension of one. */
  protected readonly braces: Rule<Expression> = this.RULE('braces', (): Expression => {
    const { startOffset } = this.CONSUME(tokens.OpenBrace);
    const entries: Entry[] = [];
    let clauses = undefined as Clauses | undefined;
    this.OPTION(() => {
      entries.push(this.SUBRULE(this.entry));
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => (clauses = this.SUBRULE(this.comprehensionClauses, { ARGS: [false] })) },
          {
            ALT: () => {
              this.MANY({
                GATE: this.commaThenElement,
                DEF: () => {
                  this.CONSUME(tokens.Comma);
                  entries.push(this.SUBRULE2(this.entry));
                },
              });
              this.OPTION2(() => this.CONSUME2(tokens.Comma));
            },
          },
        ],
      });
    });
    const { endOffset } = this.CONSUME(tokens.CloseBrace);
    return this.ACTION(() => this.bracesOf(startOffset, (endOffset ?? 0) + 1, entries, clauses));
  });

  /** `key: value` or `**mapping` of a dict; `element` or `*elements` of a set. */
  protected readonly entry: Rule<Entry> = this.RULE('entry', (): Entry =>
    this.OR<Entry>({
      ERR_MSG: 'an expression',
      DEF: [
        {
          ALT: () => {
            this.CONSUME(tokens.DoubleStar);
            return { key: undefined, value: this.SUBRULE(this.operation), isDict: true };
          },
        },
        {
          ALT: () => {
            const first = this.SUBRULE(this.element);
            const value = this.OPTION(() => {
              this.CONSUME(tokens.Colon);
              return this.SUBRULE(this.expression);
            });
            return value
              ? { key: first, value, isDict: true }
              : { key: undefined, value: first, isDict: false };
          },
        },
      ],
    }),
  );

  /** Python 2's way to write `repr(...)`. */
  protected readonly backquotes: Rule<Expression> = this.RULE('backquotes', (): Expression => {
    const start = this.CONSUME(tokens.Backquote).startOffset;
    const value = this.SUBRULE(this.expressionList);
    const end = endOf(this.CONSUME2(tokens.Backquote));
    return {
      kind: 'Call',
      start,
      end,
      callee: { kind: 'Name', start, end: start + 1, name: 'repr' },
      arguments: [{ kind: 'positional', start: value.start, end: value.end, name: '', value }],
    };
  });

  /** `for x in y if z`; Python 2 lets a list's `for` go over `1, 2, 3` without brackets. */
  protected readonly comprehensionClauses: Rule<Clauses, [boolean]> = this.RULE(
    'comprehensionClauses',
    (inList: boolean): Clauses => {
      const clauses: ComprehensionClause[] = [];
      this.AT_LEAST_ONE({
        DEF: () => {
          this.CONSUME(tokens.For);
          const target = this.SUBRULE(this.targetList, { ARGS: ['assign to'] });
          this.CONSUME(tokens.In);
          let iterable = this.SUBRULE(this.operation);
          let elements = undefined as Expression[] | undefined;
          this.MANY({
            GATE: () => inList,
            DEF: () => {
              this.CONSUME(tokens.Comma);
              (elements ??= [iterable]).push(this.SUBRULE2(this.operation));
            },
          });
          if (elements) {
            iterable = { kind: 'TupleDisplay', start: iterable.start, end: this.lastEnd(), elements };
          }
          clauses.push({ kind: 'for', target, iterable });
          this.MANY2(() => {
            this.CONSUME(tokens.If);
            clauses.push({ kind: 'if', test: this.SUBRULE3(this.operation) });
          });
        },
      });
      return clauses;
    },
  );

  /** What `for`, `del` and comprehensions bind: no operators, so that `in` ends it. */
  protected readonly targetList: Rule<Target, [Binding]> = this.RULE(
    'targetList',
    (verb: Binding): Target => {
      const first = this.SUBRULE(this.target, { ARGS: [verb] });
      let elements = undefined as Expression[] | undefined;
      this.MANY({
        GATE: this.commaThenElement,
        DEF: () => {
          this.CONSUME(tokens.Comma);
          (elements ??= [first]).push(this.SUBRULE2(this.target, { ARGS: [verb] }));
        },
      });
      this.OPTION(() => {
        this.CONSUME2(tokens.Comma);
        elements ??= [first];
      });
      if (elements === undefined) return first;
      return { kind: 'TupleDisplay', start: first.start, end: this.lastEnd(), elements };
    },
  );

  protected readonly target: Rule<Target, [Binding]> = this.RULE('target', (verb: Binding): Target =>
    this.OR({
      ERR_MSG: 'a name',
      DEF: [
        {
          ALT: (): Target => {
            const star = this.CONSUME(tokens.Star);
            const value = this.SUBRULE(this.primary);
            this.ACTION(() => asTarget(this.file, value, verb));
            return { kind: 'Starred', start: star.startOffset, end: value.end, value };
          },
        },
        {
          ALT: () => {
            const value = this.SUBRULE2(this.primary);
            return this.ACTION(() => asTarget(this.file, value, verb));
          },
        },
      ],
    }),
  );

  /** Python 2 reads `'\\u0041'` without a prefix as six characters. */
  private unicodeEscapes(): boolean {
    return this.python3 || this.future.has('unicode_literals');
  }

  private bracesOf(
    start: number,
    end: number,
    entries: readonly Entry[],
    clauses: Clauses | undefined,
  ): Expression {
    const [first] = entries;
    if (first === undefined) return { kind: 'DictDisplay', start, end, entries: [] };
    const odd = entries.find((entry) => entry.isDict !== first.isDict);
    if (odd) {
      throw syntaxError(
        this.file,
        odd.value.start,
        odd.value.end,
        first.isDict
          ? "invalid syntax: expected ':' and a value: the entries before are 'key: value'"
          : "invalid syntax: unexpected ':': the entries before have no key",
      );
    }
    if (!clauses) {
      if (first.isDict) {
        return {
          kind: 'DictDisplay',
          start,
          end,
          entries: entries.map(({ key, value }) => ({ key, value })),
        };
      }
      return { kind: 'SetDisplay', start, end, elements: entries.map(({ value }) => value) };
    }
    if (!first.isDict) return widen(this.comprehension('set', first.value, clauses), start, end);
    if (first.key === undefined) {
      const message = "invalid syntax: a dict comprehension needs 'key: value', not '**'";
      throw syntaxError(this.file, first.value.start, first.value.end, message);
    }
    return { kind: 'DictComprehension', start, end, key: first.key, value: first.value, clauses };
  }

  protected comprehension(
    result: Comprehension['result'],
    element: Expression,
    clauses: Clauses,
  ): Comprehension {
    if (element.kind === 'Starred') {
      this.problem(element.start, element.end, "invalid syntax: '*' cannot be used in a comprehension");
    }
    return { kind: 'Comprehension', start: element.start, end: element.end, result, element, clauses };
  }
}
