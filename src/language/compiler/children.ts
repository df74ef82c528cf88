import type { Expression, FormattedField, Statement } from '../ast.js';

/** The expressions directly inside a statement, targets included, those of its blocks and functions excluded. */
export function childExpressions(node: Statement | Expression): Expression[] {
  switch (node.kind) {
    case 'ExpressionStatement':
    case 'Starred':
    case 'YieldFrom':
      return [node.value];
    case 'Assignment':
      return [node.value, ...node.targets];
    case 'AugmentedAssignment':
    case 'NamedExpression':
      return [node.target, node.value];
    case 'AnnotatedAssignment':
      return [node.target, ...given(node.value)];
    case 'Print':
      return [...given(node.file), ...node.values];
    case 'Delete':
      return [...node.targets];
    case 'Return':
    case 'Yield':
      return given(node.value);
    case 'Raise':
      return [...given(node.exception), ...given(node.value), ...given(node.cause)];
    case 'Assert':
      return [node.test, ...given(node.message)];
    case 'If':
    case 'While':
      return [node.test];
    case 'For':
      return [node.iterable, node.target];
    case 'Try':
      return node.handlers.flatMap((handler) => [...given(handler.type), ...given(handler.target)]);
    case 'With':
      return node.items.flatMap((item) => [item.context, ...given(item.target)]);
    case 'FunctionDefinition':
      return [...node.decorators];
    case 'ClassDefinition':
      return [...node.decorators, ...node.bases.map(({ value }) => value)];
    case 'Exec':
      return [node.code];
    case 'FormattedString':
      return node.parts.flatMap(fieldExpressions);
    case 'TupleDisplay':
    case 'ListDisplay':
    case 'SetDisplay':
      return [...node.elements];
    case 'DictDisplay':
      return node.entries.flatMap(({ key, value }) => [...given(key), value]);
    case 'Unary':
      return [node.operand];
    case 'Binary':
      return [node.left, node.right];
    case 'BooleanOperation':
      return [...node.operands];
    case 'Comparison':
      return [node.first, ...node.rest.map(({ operand }) => operand)];
    case 'Conditional':
      return [node.test, node.body, node.orElse];
    case 'Call':
      return [node.callee, ...node.arguments.map(({ value }) => value)];
    case 'Attribute':
      return [node.object];
    case 'Subscript':
      return [node.object, node.index];
    case 'Slice':
      return [...given(node.lower), ...given(node.upper), ...given(node.step)];
    default:
      return [];
  }
}

/** The blocks of a compound statement that run in the same scope. */
export function childStatements(node: Statement): ReadonlyArray<readonly Statement[]> {
  switch (node.kind) {
    case 'If':
    case 'While':
    case 'For':
      return [node.body, node.orElse];
    case 'With':
      return [node.body];
    case 'Try':
      return [node.body, ...node.handlers.map(({ body }) => body), node.orElse, node.finalBody];
    default:
      return [];
  }
}

function fieldExpressions(part: string | FormattedField): Expression[] {
  return typeof part === 'string' ? [] : [part.value, ...part.format.flatMap(fieldExpressions)];
}

function given(expression: Expression | undefined): Expression[] {
  return expression === undefined ? [] : [expression];
}
