import type {
  Argument,
  ComprehensionClause,
  Expression,
  Parameters,
  Statement,
} from '../../src/language/ast.js';

/** A tree as a short text in prefix form, for tests: `a + b * c` is `(+ a (* b c))`. */
export function dump(node: Expression | Statement): string {
  const list = (nodes: ReadonlyArray<Expression | Statement>): string => nodes.map(dump).join(' ');
  const maybe = (part: Expression | undefined): string => (part ? dump(part) : '_');
  const block = (body: readonly Statement[]): string => `{${body.map(dump).join('; ')}}`;
  const form = (head: string, ...parts: string[]): string =>
    `(${[head, ...parts].filter((p) => p !== '').join(' ')})`;
  switch (node.kind) {
    case 'Name':
      return node.name;
    case 'NumberLiteral':
      return `${node.value}${node.isImaginary ? 'j' : node.isFloat ? 'f' : ''}`;
    case 'StringLiteral':
      return JSON.stringify(node.value);
    case 'BytesLiteral':
      return `b${JSON.stringify(node.value)}`;
    case 'FormattedString':
      return form('f', ...node.parts.map(piece));
    case 'Constant':
      return String(node.value);
    case 'TupleDisplay':
      return form('tuple', list(node.elements));
    case 'ListDisplay':
      return form('list', list(node.elements));
    case 'SetDisplay':
      return form('set', list(node.elements));
    case 'DictDisplay':
      return form(
        'dict',
        ...node.entries.map(({ key, value }) => `${key ? dump(key) : '**'}:${dump(value)}`),
      );
    case 'Comprehension':
      return form(node.result, dump(node.element), clauses(node.clauses));
    case 'DictComprehension':
      return form('dict', `${dump(node.key)}:${dump(node.value)}`, clauses(node.clauses));
    case 'Unary':
      return form(node.operator, dump(node.operand));
    case 'Binary':
      return form(node.operator, dump(node.left), dump(node.right));
    case 'BooleanOperation':
      return form(node.operator, list(node.operands));
    case 'Comparison':
      return form('cmp', dump(node.first), ...node.rest.map((r) => `${r.operator} ${dump(r.operand)}`));
    case 'Conditional':
      return form('if', dump(node.test), dump(node.body), dump(node.orElse));
    case 'Lambda':
      return form('lambda', parameters(node.parameters), dump(node.body));
    case 'Call':
      return form('call', dump(node.callee), ...node.arguments.map(argument));
    case 'Attribute':
      return form('.', dump(node.object), node.name);
    case 'Subscript':
      return form('[]', dump(node.object), dump(node.index));
    case 'Slice':
      return form('slice', maybe(node.lower), maybe(node.upper), maybe(node.step));
    case 'Starred':
      return form('*', dump(node.value));
    case 'NamedExpression':
      return form(':=', dump(node.target), dump(node.value));
    case 'Yield':
      return form('yield', node.value ? dump(node.value) : '');
    case 'YieldFrom':
      return form('yield-from', dump(node.value));
    case 'ExpressionStatement':
      return dump(node.value);
    case 'Assignment':
      return form('=', list(node.targets), dump(node.value));
    case 'AugmentedAssignment':
      return form(`${node.operator}=`, dump(node.target), dump(node.value));
    case 'AnnotatedAssignment':
      return form(':', dump(node.target), dump(node.annotation), maybe(node.value));
    case 'Print':
      return form(
        'print',
        node.file ? `>>${dump(node.file)}` : '',
        list(node.values),
        node.newline ? '' : ',',
      );
    case 'Exec':
      return form('exec', dump(node.code), maybe(node.globals), maybe(node.locals));
    case 'Delete':
      return form('del', list(node.targets));
    case 'Pass':
    case 'Break':
    case 'Continue':
      return node.kind.toLowerCase();
    case 'Return':
      return form('return', node.value ? dump(node.value) : '');
    case 'Raise':
      return form(
        'raise',
        maybe(node.exception),
        maybe(node.value),
        maybe(node.traceback),
        maybe(node.cause),
      );
    case 'Assert':
      return form('assert', dump(node.test), node.message ? dump(node.message) : '');
    case 'Global':
    case 'Nonlocal':
      return form(node.kind.toLowerCase(), ...node.names);
    case 'Import':
      return form(
        'import',
        ...node.names.map((n) => (n.alias === undefined ? n.name : `${n.name}:${n.alias}`)),
      );
    case 'ImportFrom': {
      const names =
        node.names === '*'
          ? ['*']
          : node.names.map((n) => (n.alias === undefined ? n.name : `${n.name}:${n.alias}`));
      return form('from', '.'.repeat(node.level) + node.module, ...names);
    }
    case 'If':
    case 'While':
      return form(
        node.kind.toLowerCase(),
        dump(node.test),
        block(node.body),
        node.orElse.length > 0 ? block(node.orElse) : '',
      );
    case 'For':
      return form(
        'for',
        dump(node.target),
        dump(node.iterable),
        block(node.body),
        node.orElse.length > 0 ? block(node.orElse) : '',
      );
    case 'Try':
      return form(
        'try',
        block(node.body),
        ...node.handlers.map((h) => form('except', maybe(h.type), maybe(h.target), block(h.body))),
        node.orElse.length > 0 ? form('else', block(node.orElse)) : '',
        node.finalBody.length > 0 ? form('finally', block(node.finalBody)) : '',
      );
    case 'With':
      return form(
        'with',
        ...node.items.map((item) => `${dump(item.context)}:${maybe(item.target)}`),
        block(node.body),
      );
    case 'FunctionDefinition':
      return form(
        'def',
        ...node.decorators.map((d) => `@${dump(d)}`),
        node.name,
        parameters(node.parameters),
        block(node.body),
      );
    case 'ClassDefinition':
      return form(
        'class',
        ...node.decorators.map((d) => `@${dump(d)}`),
        node.name,
        `[${node.bases.map(argument).join(' ')}]`,
        block(node.body),
      );
  }
}

type Piece =
  | string
  | {
      value: Expression;
      label: string | undefined;
      conversion: string | undefined;
      format: ReadonlyArray<Piece>;
    };

function piece(part: Piece): string {
  if (typeof part === 'string') return JSON.stringify(part);
  const format = part.format.length > 0 ? `:${part.format.map(piece).join('')}` : '';
  return `{${part.label === undefined ? '' : `${JSON.stringify(part.label)} `}${dump(part.value)}${part.conversion ? `!${part.conversion}` : ''}${format}}`;
}

function clauses(all: readonly ComprehensionClause[]): string {
  return all
    .map((clause) =>
      clause.kind === 'for'
        ? `for ${dump(clause.target)} in ${dump(clause.iterable)}`
        : `if ${dump(clause.test)}`,
    )
    .join(' ');
}

function argument({ kind, name, value }: Argument): string {
  return { positional: '', keyword: `${name}=`, star: '*', doubleStar: '**' }[kind] + dump(value);
}

function parameters({ positional, positionalOnly, varArgs, keywordOnly, varKeywords }: Parameters): string {
  const one = (p: {
    name: string;
    pattern: Expression | undefined;
    default: Expression | undefined;
  }): string => (p.pattern ? dump(p.pattern) : p.name) + (p.default ? `=${dump(p.default)}` : '');
  const parts = positional.map(one);
  if (positionalOnly > 0) parts.splice(positionalOnly, 0, '/');
  if (varArgs ?? keywordOnly.length > 0) parts.push(`*${varArgs?.name ?? ''}`);
  parts.push(...keywordOnly.map(one));
  if (varKeywords) parts.push(`**${varKeywords.name}`);
  return `[${parts.join(' ')}]`;
}
