import type { SourceFile } from '../base/source.js';
import type { Argument, Expression, Parameter, Parameters, Target } from './ast.js';
import { syntaxError } from './syntax-diagnostic.js';

/** Checks on finished nodes: what the grammar lets through because one token ahead cannot tell. */

/** What is done to a target, for messages. */
export type Binding = 'assign to' | 'delete';

/** The expression as the left side of `=` (or after `for`, `del`, `as`); throws when it cannot be one. */
export function asTarget(file: SourceFile, expression: Expression, verb: Binding): Target {
  switch (expression.kind) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      return expression;
    case 'Starred':
      if (verb === 'delete') break;
      asTarget(file, expression.value, verb);
      return expression;
    case 'TupleDisplay':
    case 'ListDisplay': {
      let starred = 0;
      for (const element of expression.elements) {
        asTarget(file, element, verb);
        if (element.kind === 'Starred' && ++starred > 1) {
          throw syntaxError(
            file,
            element.start,
            element.end,
            'invalid syntax: only one starred target is allowed',
          );
        }
      }
      return expression;
    }
  }
  throw notTarget(file, expression, verb);
}

/** The left side of `+=` and of `x: int`, which names one thing. */
export function asSingleTarget(
  file: SourceFile,
  expression: Expression,
  what: string,
): Extract<Target, { kind: 'Name' | 'Attribute' | 'Subscript' }> {
  const target = asTarget(file, expression, 'assign to');
  if (target.kind === 'Name' || target.kind === 'Attribute' || target.kind === 'Subscript') return target;
  throw syntaxError(
    file,
    target.start,
    target.end,
    `invalid syntax: ${what} needs a single name, attribute or item on its left side`,
  );
}

const DESCRIPTIONS: { readonly [Kind in Expression['kind']]?: string } = {
  Call: 'function call',
  NumberLiteral: 'literal',
  StringLiteral: 'literal',
  BytesLiteral: 'literal',
  FormattedString: 'f-string',
  Binary: 'operator',
  Unary: 'operator',
  BooleanOperation: 'operator',
  Comparison: 'comparison',
  Conditional: 'conditional expression',
  Lambda: 'lambda',
  Comprehension: 'comprehension',
  DictComprehension: 'comprehension',
  DictDisplay: 'dict display',
  SetDisplay: 'set display',
  NamedExpression: 'named expression',
  Yield: 'yield expression',
  YieldFrom: 'yield expression',
};

function notTarget(file: SourceFile, expression: Expression, verb: string): Error {
  const what =
    expression.kind === 'Constant'
      ? `keyword ${file.text.slice(expression.start, expression.end)}`
      : (DESCRIPTIONS[expression.kind] ?? 'expression');
  return syntaxError(file, expression.start, expression.end, `invalid syntax: can't ${verb} ${what}`, {
    code: 'bad-target',
    suggestion: verb === 'delete' ? undefined : 'Compare with "==".',
  });
}

/** Positional arguments come before keyword ones, and a keyword once. */
export function checkArguments(file: SourceFile, args: readonly Argument[]): void {
  const seen = new Set<string>();
  let keyword: Argument | undefined;
  for (const argument of args) {
    const { value } = argument;
    if (
      value.kind === 'Comprehension' &&
      value.result === 'generator' &&
      file.text.charAt(value.start) !== '('
    ) {
      throw syntaxError(
        file,
        value.start,
        value.end,
        'invalid syntax: a generator expression among other arguments must stand in parentheses',
      );
    }
    if (argument.kind === 'positional') {
      if (keyword) {
        throw syntaxError(
          file,
          argument.start,
          argument.end,
          `positional argument after ${keyword.kind === 'doubleStar' ? "keyword arguments '**'" : `keyword argument '${keyword.name}'`} (non-keyword arg after keyword arg)`,
          { code: 'positional-after-keyword', suggestion: 'Give it a name too, or move it to the front.' },
        );
      }
    } else if (argument.kind !== 'star') {
      keyword = argument;
      if (argument.kind === 'doubleStar') continue;
      if (seen.has(argument.name)) {
        throw syntaxError(
          file,
          argument.start,
          argument.start + argument.name.length,
          `keyword argument repeated: '${argument.name}' is given twice`,
          { code: 'repeated-keyword' },
        );
      }
      seen.add(argument.name);
    }
  }
}

/** No name twice, and no parameter without a default after one with. */
export function checkParameters(file: SourceFile, parameters: Parameters): void {
  let withDefault: Parameter | undefined;
  for (const parameter of parameters.positional) {
    if (parameter.default) withDefault = parameter;
    else if (withDefault) {
      const message = `invalid syntax: non-default argument follows default argument: '${nameOf(file, parameter)}' must have a default because '${nameOf(file, withDefault)}' has`;
      throw syntaxError(file, parameter.start, parameter.end, message);
    }
  }
  const seen = new Set<string>();
  const once = (name: string, start: number, end: number): void => {
    if (seen.has(name)) {
      throw syntaxError(file, start, end, `duplicate argument '${name}' in function definition`);
    }
    seen.add(name);
  };
  const { positional, varArgs, keywordOnly, varKeywords } = parameters;
  for (const parameter of [...positional, varArgs, ...keywordOnly, varKeywords]) {
    if (!parameter) continue;
    if (!parameter.pattern) once(parameter.name, parameter.start, parameter.start + parameter.name.length);
    else for (const name of namesIn(file, parameter.pattern)) once(name, parameter.start, parameter.end);
  }
}

function nameOf(file: SourceFile, parameter: Parameter): string {
  return parameter.name || file.text.slice(parameter.start, parameter.end);
}

function namesIn(file: SourceFile, target: Expression): string[] {
  if (target.kind === 'Name') return [target.name];
  if (target.kind === 'TupleDisplay') return target.elements.flatMap((element) => namesIn(file, element));
  throw syntaxError(
    file,
    target.start,
    target.end,
    'invalid syntax: a parameter must be a name or a tuple of names',
  );
}
