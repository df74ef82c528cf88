import type { Expression, Statement } from '../ast.js';

type Replace = (child: Expression, isTarget: boolean) => Expression;

/** A copy of a node with its direct expressions replaced, from left to right. Only kinds that may hold `yield`. */
export function replaceChildren<N extends Statement | Expression>(node: N, replace: Replace): N {
  return copy(node, replace) as N;
}

function copy(node: Statement | Expression, replace: Replace): Statement | Expression {
  const value = (child: Expression): Expression => replace(child, false);
  const optional = (child: Expression | undefined): Expression | undefined => child && replace(child, false);
  switch (node.kind) {
    case 'ExpressionStatement':
    case 'Starred':
    case 'Assignment':
    case 'AugmentedAssignment':
    case 'NamedExpression':
      return { ...node, value: value(node.value) };
    case 'AnnotatedAssignment':
    case 'Return':
      return { ...node, value: optional(node.value) };
    case 'Print':
      return { ...node, values: node.values.map(value) };
    case 'Raise':
      return { ...node, exception: optional(node.exception), value: optional(node.value) };
    case 'Assert':
      return { ...node, test: value(node.test) };
    case 'TupleDisplay':
    case 'ListDisplay':
    case 'SetDisplay':
      return { ...node, elements: node.elements.map(value) };
    case 'DictDisplay':
      return { ...node, entries: node.entries.map((e) => ({ key: optional(e.key), value: value(e.value) })) };
    case 'Unary':
      return { ...node, operand: value(node.operand) };
    case 'Binary':
      return { ...node, left: value(node.left), right: value(node.right) };
    case 'Comparison':
      return {
        ...node,
        first: value(node.first),
        rest: node.rest.map(({ operator, operand }) => ({ operator, operand: value(operand) })),
      };
    case 'Call':
      return {
        ...node,
        callee:
          node.callee.kind === 'Attribute'
            ? { ...node.callee, object: value(node.callee.object) }
            : value(node.callee),
        arguments: node.arguments.map((argument) => ({ ...argument, value: value(argument.value) })),
      };
    case 'Attribute':
      return { ...node, object: value(node.object) };
    case 'Subscript':
      return { ...node, object: value(node.object), index: value(node.index) };
    case 'FormattedString':
      return {
        ...node,
        parts: node.parts.map((part) =>
          typeof part === 'string' ? part : { ...part, value: value(part.value) },
        ),
      };
    default:
      return node;
  }
}
