import type { Parameter, Parameters } from './ast.js';

/** Sorts the parameters of a `def` or `lambda`, as they come, into their kinds. */
export class ParameterBuilder {
  private readonly positional: Parameter[] = [];
  private positionalOnly = 0;
  private varArgs: Parameter | undefined;
  private readonly keywordOnly: Parameter[] = [];
  private varKeywords: Parameter | undefined;
  private afterStar = false;

  /** `mark` is `/`, `*`, `**` or nothing. Gives what is wrong with the order. */
  add(mark: string, parameter: Parameter): string | undefined {
    if (this.varKeywords) return 'invalid syntax: nothing may follow **parameters';
    if (mark !== '' && parameter.default) return `invalid syntax: ${mark} takes no default`;
    switch (mark) {
      case '/':
        if (this.afterStar || this.positionalOnly > 0)
          return "invalid syntax: '/' must come once, before '*'";
        if (this.positional.length === 0)
          return "invalid syntax: at least one parameter must come before '/'";
        this.positionalOnly = this.positional.length;
        return undefined;
      case '*':
        if (this.afterStar) return "invalid syntax: '*' may come only once";
        this.afterStar = true;
        if (parameter.name !== '') this.varArgs = parameter;
        return undefined;
      case '**':
        this.varKeywords = parameter;
        return undefined;
      default:
        if (!this.afterStar) this.positional.push(parameter);
        else if (parameter.pattern) return "invalid syntax: a tuple parameter may not follow '*'";
        else this.keywordOnly.push(parameter);
        return undefined;
    }
  }

  /** Whether a bare `*` is followed by nothing that it could concern. */
  lacksKeyword(): boolean {
    return this.afterStar && !this.varArgs && this.keywordOnly.length === 0;
  }

  build(): Parameters {
    return {
      positional: this.positional,
      positionalOnly: this.positionalOnly,
      varArgs: this.varArgs,
      keywordOnly: this.keywordOnly,
      varKeywords: this.varKeywords,
    };
  }
}
