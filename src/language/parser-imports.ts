import type { ImportAlias, Statement } from './ast.js';
import type { Rule } from './parser-base.js';
import { ExpressionParser } from './parser-expressions.js';
import { syntaxError } from './syntax-diagnostic.js';
import * as tokens from './tokens.js';
import { endOf } from './tokens.js';

/** The rules of `grammar/aurora.ebnf` for `import` and `from`. */
export abstract class ImportParser extends ExpressionParser {
  /** `import a.b as c, d` */
  protected readonly importStatement: Rule<Statement> = this.RULE('importStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.Import);
    const names = [this.SUBRULE(this.moduleAlias)];
    this.MANY(() => {
      this.CONSUME(tokens.Comma);
      names.push(this.SUBRULE2(this.moduleAlias));
    });
    return { kind: 'Import', start: startOffset, end: this.lastEnd(), names };
  });

  protected readonly moduleAlias: Rule<ImportAlias> = this.RULE('moduleAlias', (): ImportAlias => {
    const start = this.nextStart();
    const name = this.SUBRULE(this.dottedName);
    const alias = this.OPTION(() => {
      this.CONSUME(tokens.As);
      return this.CONSUME(tokens.NameToken).image;
    });
    return { start, end: this.lastEnd(), name, alias };
  });

  protected readonly dottedName: Rule<string> = this.RULE('dottedName', (): string => {
    let name = this.CONSUME(tokens.NameToken).image;
    this.MANY(() => {
      this.CONSUME(tokens.Dot);
      name += `.${this.CONSUME2(tokens.NameToken).image}`;
    });
    return name;
  });

  /** `from ..a import b as c, d` */
  protected readonly importFromStatement: Rule<Statement> = this.RULE(
    'importFromStatement',
    (): Statement => {
      const { startOffset } = this.CONSUME(tokens.From);
      let level = 0;
      this.MANY(() => {
        level += this.OR([
          { ALT: () => this.CONSUME(tokens.Dot).image.length },
          { ALT: () => this.CONSUME(tokens.Ellipsis).image.length },
        ]);
      });
      const name = this.OPTION({
        GATE: () => level === 0 || this.LA(1).tokenType !== tokens.Import,
        DEF: () => this.SUBRULE(this.dottedName),
      });
      const word = this.CONSUME(tokens.Import);
      const module = name ?? '';
      const names: readonly ImportAlias[] | '*' = this.OR2<readonly ImportAlias[] | '*'>([
        {
          ALT: (): '*' => {
            this.CONSUME(tokens.Star);
            return '*';
          },
        },
        {
          ALT: () => {
            this.CONSUME(tokens.OpenParen);
            const aliases = this.SUBRULE(this.importedNames);
            this.CONSUME(tokens.CloseParen);
            return aliases;
          },
        },
        { ALT: () => this.SUBRULE2(this.importedNames) },
      ]);
      this.ACTION(() => {
        if (module === '' && level === 0) {
          throw syntaxError(
            this.file,
            word.startOffset,
            endOf(word),
            "invalid syntax: expected a module after 'from'",
          );
        }
        if (module === '__future__' && names !== '*') for (const { name } of names) this.future.add(name);
      });
      return { kind: 'ImportFrom', start: startOffset, end: this.lastEnd(), module, level, names };
    },
  );

  protected readonly importedNames: Rule<readonly ImportAlias[]> = this.RULE(
    'importedNames',
    (): readonly ImportAlias[] => {
      const names = [this.SUBRULE(this.importedName)];
      this.MANY({
        GATE: () => this.LA(2).tokenType === tokens.NameToken,
        DEF: () => {
          this.CONSUME(tokens.Comma);
          names.push(this.SUBRULE2(this.importedName));
        },
      });
      this.OPTION(() => this.CONSUME2(tokens.Comma));
      return names;
    },
  );

  protected readonly importedName: Rule<ImportAlias> = this.RULE('importedName', (): ImportAlias => {
    const token = this.CONSUME(tokens.NameToken);
    const alias = this.OPTION(() => {
      this.CONSUME(tokens.As);
      return this.CONSUME2(tokens.NameToken).image;
    });
    return { start: token.startOffset, end: this.lastEnd(), name: token.image, alias };
  });
}
