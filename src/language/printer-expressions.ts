import type {
  Argument,
  Binary,
  ComprehensionClause,
  Conditional,
  Expression,
  FormattedField,
  FormattedString,
  Parameter,
  Parameters,
  Slice,
} from './ast.js';
import {
  COMPARISON_PRECEDENCE,
  NOT_PRECEDENCE,
  POWER_PRECEDENCE,
  PRECEDENCE,
  UNARY_PRECEDENCE,
} from './operators.js';
import { escapeText, hexEscape, printBytes, printNumber, printString } from './printer-literals.js';

/** How tightly an expression holds together; operators are between `OPERATION` and `PRIMARY`. */
const WHOLE = -1;
const EXPRESSION = 0;
const OPERATION = 1;
const PRIMARY = 20;

/** Source of an expression, with the brackets it needs and no others. */
export function printExpression(node: Expression): string {
  return new ExpressionPrinter().print(node, EXPRESSION);
}

/** After `=`, `return` and the like, where `yield` needs no brackets. */
export function printWhole(node: Expression): string {
  return new ExpressionPrinter().print(node, WHOLE);
}

/** Before `in` of an `exec` statement, where a comparison needs brackets. */
export function printOperand(node: Expression): string {
  return new ExpressionPrinter().print(node, COMPARISON_PRECEDENCE + 1);
}

export function printParameters(parameters: Parameters): string {
  return new ExpressionPrinter().parameters(parameters);
}

export function printArguments(args: readonly Argument[]): string {
  return new ExpressionPrinter().arguments(args);
}

class ExpressionPrinter {
  /** f-strings around this point: each level uses the other kind of quote. */
  private level = 0;

  print(node: Expression, least: number): string {
    const text = this.bare(node);
    return strength(node) < least ? `(${text})` : text;
  }

  arguments(args: readonly Argument[]): string {
    const [only] = args;
    if (args.length === 1 && only?.kind === 'positional' && isGenerator(only.value))
      return this.inner(only.value);
    return args.map((argument) => this.argument(argument)).join(', ');
  }

  parameters({ positional, positionalOnly, varArgs, keywordOnly, varKeywords }: Parameters): string {
    const parts = positional.map((parameter) => this.parameter(parameter));
    if (positionalOnly > 0) parts.splice(positionalOnly, 0, '/');
    if (varArgs) parts.push(`*${this.parameter(varArgs)}`);
    else if (keywordOnly.length > 0) parts.push('*');
    parts.push(...keywordOnly.map((parameter) => this.parameter(parameter)));
    if (varKeywords) parts.push(`**${this.parameter(varKeywords)}`);
    return parts.join(', ');
  }

  private bare(node: Expression): string {
    switch (node.kind) {
      case 'Name':
        return node.name;
      case 'NumberLiteral':
        return printNumber(node);
      case 'StringLiteral':
        return printString(node.value, this.level % 2 === 0 ? "'" : '"');
      case 'BytesLiteral':
        return printBytes(node.value);
      case 'FormattedString':
        return this.formatted(node);
      case 'Constant':
        return node.value === 'ellipsis' ? '...' : CONSTANTS[String(node.value) as 'null'];
      case 'TupleDisplay':
        return node.elements.length === 1
          ? `(${this.list(node.elements)},)`
          : `(${this.list(node.elements)})`;
      case 'ListDisplay':
        return `[${this.list(node.elements)}]`;
      case 'SetDisplay':
        return `{${this.list(node.elements)}}`;
      case 'DictDisplay':
        return `{${node.entries.map(({ key, value }) => this.entry(key, value)).join(', ')}}`;
      case 'Comprehension':
        return node.result === 'list'
          ? `[${this.inner(node)}]`
          : node.result === 'set'
            ? `{${this.inner(node)}}`
            : `(${this.inner(node)})`;
      case 'DictComprehension':
        return `{${this.entry(node.key, node.value)} ${this.clauses(node.clauses)}}`;
      case 'Unary':
        return node.operator === 'not'
          ? `not ${this.print(node.operand, NOT_PRECEDENCE)}`
          : `${node.operator}${this.print(node.operand, UNARY_PRECEDENCE)}`;
      case 'Binary':
        return this.binary(node);
      case 'BooleanOperation': {
        const level = PRECEDENCE.get(node.operator) ?? 0;
        return node.operands.map((operand) => this.print(operand, level + 1)).join(` ${node.operator} `);
      }
      case 'Comparison':
        return [
          this.print(node.first, COMPARISON_PRECEDENCE + 1),
          ...node.rest.map(
            ({ operator, operand }) => `${operator} ${this.print(operand, COMPARISON_PRECEDENCE + 1)}`,
          ),
        ].join(' ');
      case 'Conditional':
        return this.conditional(node);
      case 'Lambda': {
        const parameters = this.parameters(node.parameters);
        return `lambda${parameters === '' ? '' : ` ${parameters}`}: ${this.print(node.body, EXPRESSION)}`;
      }
      case 'Call':
      case 'Attribute':
      case 'Subscript':
        return this.primary(node);
      case 'Slice':
        return this.slice(node);
      case 'Starred':
        return `*${this.print(node.value, OPERATION)}`;
      case 'NamedExpression':
        return `(${node.target.name} := ${this.print(node.value, EXPRESSION)})`;
      case 'Yield':
        return node.value ? `yield ${this.print(node.value, EXPRESSION)}` : 'yield';
      case 'YieldFrom':
        return `yield from ${this.print(node.value, EXPRESSION)}`;
    }
  }

  private list(elements: readonly Expression[]): string {
    return elements.map((element) => this.print(element, EXPRESSION)).join(', ');
  }

  private entry(key: Expression | undefined, value: Expression): string {
    if (key === undefined) return `**${this.print(value, OPERATION)}`;
    return `${this.print(key, EXPRESSION)}: ${this.print(value, EXPRESSION)}`;
  }

  private inner(node: Extract<Expression, { kind: 'Comprehension' }>): string {
    return `${this.print(node.element, EXPRESSION)} ${this.clauses(node.clauses)}`;
  }

  private clauses(clauses: readonly ComprehensionClause[]): string {
    return clauses
      .map((clause) =>
        clause.kind === 'for'
          ? `for ${this.print(clause.target, EXPRESSION)} in ${this.print(clause.iterable, OPERATION)}`
          : `if ${this.print(clause.test, OPERATION)}`,
      )
      .join(' ');
  }

  /** Along the left side in a loop: `a + b + c + ...` may have ten thousand terms. */
  private binary(node: Binary): string {
    const parts: string[] = [];
    let left: Expression = node;
    let least = PRECEDENCE.get(node.operator) ?? 0;
    while (left.kind === 'Binary' && strength(left) >= least) {
      const level = PRECEDENCE.get(left.operator) ?? 0;
      const power = level === POWER_PRECEDENCE;
      parts.push(`${left.operator} ${this.print(left.right, power ? UNARY_PRECEDENCE : level + 1)}`);
      least = power ? PRIMARY : level;
      left = left.left;
    }
    parts.push(this.print(left, least));
    return parts.reverse().join(' ');
  }

  private conditional(node: Conditional): string {
    const parts: string[] = [];
    let rest: Expression = node;
    for (; rest.kind === 'Conditional'; rest = rest.orElse) {
      parts.push(`${this.print(rest.body, OPERATION)} if ${this.print(rest.test, OPERATION)} else `);
    }
    return parts.join('') + this.print(rest, EXPRESSION);
  }

  private primary(node: Expression): string {
    const parts: string[] = [];
    let base = node;
    for (;;) {
      if (base.kind === 'Call') {
        parts.push(`(${this.arguments(base.arguments)})`);
        base = base.callee;
      } else if (base.kind === 'Attribute') {
        parts.push(`.${base.name}`);
        base = base.object;
      } else if (base.kind === 'Subscript') {
        parts.push(`[${this.index(base.index)}]`);
        base = base.object;
      } else {
        break;
      }
    }
    parts.push(base.kind === 'NumberLiteral' ? `(${printNumber(base)})` : this.print(base, PRIMARY));
    return parts.reverse().join('');
  }

  private index(node: Expression): string {
    if (node.kind !== 'TupleDisplay' || node.elements.length === 0) return this.print(node, EXPRESSION);
    return this.list(node.elements) + (node.elements.length === 1 ? ',' : '');
  }

  private slice({ lower, upper, step }: Slice): string {
    const part = (value: Expression | undefined): string => (value ? this.print(value, EXPRESSION) : '');
    return `${part(lower)}:${part(upper)}${step ? `:${part(step)}` : ''}`;
  }

  private argument({ kind, name, value }: Argument): string {
    const text = this.print(value, EXPRESSION);
    switch (kind) {
      case 'positional':
        return text;
      case 'keyword':
        return `${name}=${text}`;
      case 'star':
        return `*${text}`;
      case 'doubleStar':
        return `**${text}`;
    }
  }

  private parameter({ name, pattern, default: initial, annotation }: Parameter): string {
    const bound = pattern === undefined ? name : this.print(pattern, EXPRESSION);
    const what = pattern !== undefined && pattern.kind !== 'TupleDisplay' ? `(${bound})` : bound;
    const typed = annotation === undefined ? what : `${what}: ${this.print(annotation, EXPRESSION)}`;
    if (initial === undefined) return typed;
    const value = this.print(initial, EXPRESSION);
    return annotation === undefined ? `${typed}=${value}` : `${typed} = ${value}`;
  }

  private formatted(node: FormattedString): string {
    const quote = this.level % 2 === 0 ? "'" : '"';
    this.level++;
    const text = node.parts.map((part) =>
      typeof part === 'string' ? escapeText(part, quote).replace(/[{}]/g, '$&$&') : this.field(part, quote),
    );
    this.level--;
    return `f${quote}${text.join('')}${quote}`;
  }

  private field({ value, label, conversion, format }: FormattedField, quote: string): string {
    const text = label ?? this.fieldValue(value);
    const form = format.map((part) =>
      typeof part === 'string'
        ? escapeText(part, quote).replace(/[{}]/g, hexEscape)
        : this.field(part, quote),
    );
    return `{${text}${conversion ? `!${conversion}` : ''}${format.length > 0 ? `:${form.join('')}` : ''}}`;
  }

  private fieldValue(value: Expression): string {
    const text = this.print(value, value.kind === 'Lambda' ? PRIMARY : EXPRESSION);
    // `{{` would be a brace of the text; a colon or an exclamation mark outside brackets ends the expression.
    return text.startsWith('{') ? ` ${text}` : /\blambda\b/.test(text) ? `(${text})` : text;
  }
}

const CONSTANTS = { null: 'None', true: 'True', false: 'False' } as const;

function strength(node: Expression): number {
  switch (node.kind) {
    case 'Yield':
    case 'YieldFrom':
      return WHOLE;
    case 'Lambda':
    case 'Conditional':
    case 'Starred':
    case 'Slice':
      return EXPRESSION;
    case 'BooleanOperation':
    case 'Binary':
      return PRECEDENCE.get(node.operator) ?? 0;
    case 'Comparison':
      return COMPARISON_PRECEDENCE;
    case 'Unary':
      return node.operator === 'not' ? NOT_PRECEDENCE : UNARY_PRECEDENCE;
    default:
      return PRIMARY;
  }
}

function isGenerator(node: Expression): node is Extract<Expression, { kind: 'Comprehension' }> {
  return node.kind === 'Comprehension' && node.result === 'generator';
}
