import type { Argument, Expression, Parameters, Target } from './ast.js';
import { ParameterBuilder } from './parameter-builder.js';
import { widen, type Rule } from './parser-base.js';
import { DisplayParser } from './parser-displays.js';
import { syntaxError } from './syntax-diagnostic.js';
import { asTarget, checkArguments, checkParameters } from './targets.js';
import * as tokens from './tokens.js';

/** The rules of `grammar/aurora.ebnf` for what stands in the brackets of calls, subscripts and definitions. */
export abstract class ArgumentParser extends DisplayParser {
  protected readonly subscriptList: Rule<Expression> = this.RULE('subscriptList', (): Expression => {
    const first = this.SUBRULE(this.subscript);
    let elements = undefined as Expression[] | undefined;
    this.MANY({
      GATE: () => this.LA(2).tokenType !== tokens.CloseBracket,
      DEF: () => {
        this.CONSUME(tokens.Comma);
        (elements ??= [first]).push(this.SUBRULE2(this.subscript));
      },
    });
    this.OPTION(() => {
      this.CONSUME2(tokens.Comma);
      elements ??= [first];
    });
    if (elements === undefined && first.kind !== 'Starred') return first;
    elements ??= [first];
    return { kind: 'TupleDisplay', start: first.start, end: this.lastEnd(), elements };
  });

  /** An index or `lower:upper:step`. */
  protected readonly subscript: Rule<Expression> = this.RULE('subscript', (): Expression => {
    const start = this.nextStart();
    return this.OR({
      ERR_MSG: 'an expression',
      DEF: [
        {
          ALT: (): Expression => {
            const lower = this.SUBRULE(this.element);
            const rest = this.OPTION(() => this.SUBRULE(this.sliceRest));
            if (!rest) return lower;
            return { kind: 'Slice', start, end: this.lastEnd(), lower, upper: rest.upper, step: rest.step };
          },
        },
        {
          ALT: (): Expression => {
            const { upper, step } = this.SUBRULE2(this.sliceRest);
            return { kind: 'Slice', start, end: this.lastEnd(), lower: undefined, upper, step };
          },
        },
      ],
    });
  });

  protected readonly sliceRest: Rule<{ upper: Expression | undefined; step: Expression | undefined }> =
    this.RULE('sliceRest', (): { upper: Expression | undefined; step: Expression | undefined } => {
      this.CONSUME(tokens.Colon);
      const upper = this.OPTION(() => this.SUBRULE(this.expression));
      const step = this.OPTION2(() => {
        this.CONSUME2(tokens.Colon);
        return this.OPTION3(() => this.SUBRULE2(this.expression));
      });
      return { upper, step };
    });

  protected readonly argumentList: Rule<readonly Argument[]> = this.RULE(
    'argumentList',
    (): readonly Argument[] => {
      const args: Argument[] = [];
      this.OPTION(() => {
        args.push(this.SUBRULE(this.argument));
        this.MANY({
          GATE: this.commaThenElement,
          DEF: () => {
            this.CONSUME(tokens.Comma);
            args.push(this.SUBRULE2(this.argument));
          },
        });
        this.OPTION2(() => this.CONSUME2(tokens.Comma));
      });
      if (args.length > 1) {
        this.ACTION(() => {
          checkArguments(this.file, args);
        });
      }
      return args;
    },
  );

  protected readonly argument: Rule<Argument> = this.RULE('argument', (): Argument => {
    const start = this.nextStart();
    return this.OR({
      ERR_MSG: 'an expression',
      DEF: [
        {
          ALT: (): Argument => {
            this.CONSUME(tokens.Star);
            const value = this.SUBRULE(this.expression);
            return { kind: 'star', start, end: value.end, name: '', value };
          },
        },
        {
          ALT: (): Argument => {
            this.CONSUME(tokens.DoubleStar);
            const value = this.SUBRULE2(this.expression);
            return { kind: 'doubleStar', start, end: value.end, name: '', value };
          },
        },
        { ALT: () => this.SUBRULE(this.plainArgument) },
      ],
    });
  });

  /** `value`, `name=value` or, alone in its call, `x for x in y`. */
  protected readonly plainArgument: Rule<Argument> = this.RULE('plainArgument', (): Argument => {
    const first = this.SUBRULE(this.expression);
    let name = '';
    let value = first;
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(tokens.Equal);
            name = this.ACTION(() => this.keywordName(first));
            value = this.SUBRULE2(this.expression);
          },
        },
        {
          ALT: () => {
            const clauses = this.SUBRULE(this.comprehensionClauses, { ARGS: [false] });
            value = widen(this.comprehension('generator', first, clauses), first.start, this.lastEnd());
          },
        },
      ]);
    });
    return { kind: name === '' ? 'positional' : 'keyword', start: first.start, end: value.end, name, value };
  });

  /** Of a `def`, or of a `lambda`, where a colon is no annotation. */
  protected readonly parameterList: Rule<Parameters, [boolean]> = this.RULE(
    'parameterList',
    (annotated: boolean): Parameters => {
      const builder = new ParameterBuilder();
      this.OPTION(() => {
        this.SUBRULE(this.parameter, { ARGS: [annotated, builder] });
        this.MANY({
          GATE: () => this.commaThenElement() || this.LA(2).tokenType === tokens.Slash,
          DEF: () => {
            this.CONSUME(tokens.Comma);
            this.SUBRULE2(this.parameter, { ARGS: [annotated, builder] });
          },
        });
        this.OPTION2(() => this.CONSUME2(tokens.Comma));
      });
      return this.ACTION(() => {
        const parameters = builder.build();
        if (builder.lacksKeyword()) {
          throw syntaxError(
            this.file,
            this.lastEnd() - 1,
            this.lastEnd(),
            "invalid syntax: named parameters must follow a bare '*'",
          );
        }
        checkParameters(this.file, parameters);
        return parameters;
      });
    },
  );

  protected readonly parameter: Rule<void, [boolean, ParameterBuilder]> = this.RULE(
    'parameter',
    (annotated: boolean, builder: ParameterBuilder): void => {
      const start = this.nextStart();
      let stars = '';
      let name = '';
      let pattern = undefined as Target | undefined;
      this.OR([
        { ALT: () => (stars = this.CONSUME(tokens.Slash).image) },
        {
          ALT: () => {
            stars = this.CONSUME(tokens.Star).image;
            name = this.OPTION(() => this.CONSUME(tokens.NameToken).image) ?? '';
          },
        },
        {
          ALT: () => {
            stars = this.CONSUME(tokens.DoubleStar).image;
            name = this.CONSUME2(tokens.NameToken).image;
          },
        },
        { ALT: () => (name = this.CONSUME3(tokens.NameToken).image) },
        {
          ALT: () => {
            const inner = this.SUBRULE(this.parentheses);
            pattern = this.ACTION(() => asTarget(this.file, inner, 'assign to'));
          },
        },
      ]);
      const annotation = this.OPTION2({
        GATE: () => annotated,
        DEF: () => {
          this.CONSUME(tokens.Colon);
          return this.SUBRULE(this.expression);
        },
      });
      const initial = this.OPTION3(() => {
        this.CONSUME(tokens.Equal);
        return this.SUBRULE2(this.expression);
      });
      this.ACTION(() => {
        const parameter = { start, end: this.lastEnd(), name, pattern, default: initial, annotation };
        const problem = builder.add(stars, parameter);
        if (problem) throw syntaxError(this.file, start, this.lastEnd(), problem);
      });
    },
  );

  private keywordName(name: Expression): string {
    if (name.kind === 'Name' && name.end - name.start === name.name.length) return name.name;
    throw syntaxError(
      this.file,
      name.start,
      name.end,
      "invalid syntax: keyword can't be an expression: '=' in a call must follow a name",
      { suggestion: 'To compare, write "==".' },
    );
  }
}
