import { unreachable } from '../../base/assert.js';
import { DiagnosticError } from '../../base/diagnostic.js';
import type {
  Attribute,
  BooleanOperation,
  Conditional,
  Expression,
  NamedExpression,
  NumberLiteral,
  Slice as SliceNode,
  Subscript,
  Unary,
} from '../ast.js';
import { getItem } from '../operators/items.js';
import { unaryOperation } from '../operators/unary.js';
import { Complex } from '../values/complex.js';
import { Float, type Value } from '../value.js';
import { List } from '../values/list.js';
import { ELLIPSIS } from '../values/singletons.js';
import { Slice } from '../values/slice.js';
import { compileBinary } from './binary.js';
import { compileCall } from './calls.js';
import { compileComparison } from './comparisons.js';
import { compileComprehension, compileDictComprehension } from './comprehensions.js';
import { deeper, siteOf, type Context } from './context.js';
import { compileDict, compileFormatted, compileItems, compileSet } from './displays.js';
import type { Evaluate } from './frame.js';
import { compileLambda } from './functions.js';
import { compileName, compileNameStore } from './names.js';

/** Turns an expression into a JavaScript function of the frame. */
export function compileExpression(node: Expression, context: Context): Evaluate {
  return deeper(node, context, () => compile(node, context));
}

function compile(node: Expression, context: Context): Evaluate {
  switch (node.kind) {
    case 'Name':
      return compileName(node, context);
    case 'NumberLiteral':
      return constant(numberOf(node));
    case 'StringLiteral':
    case 'BytesLiteral':
      return constant(node.value);
    case 'Constant':
      return constant(node.value === 'ellipsis' ? ELLIPSIS : node.value);
    case 'FormattedString':
      return compileFormatted(node, context);
    case 'TupleDisplay':
    case 'ListDisplay':
      return compileItems(node, context);
    case 'SetDisplay':
      return compileSet(node, context);
    case 'DictDisplay':
      return compileDict(node, context);
    case 'Comprehension':
      return compileComprehension(node, context);
    case 'DictComprehension':
      return compileDictComprehension(node, context);
    case 'Unary':
      return compileUnary(node, context);
    case 'Binary':
      return compileBinary(node, context);
    case 'BooleanOperation':
      return compileBoolean(node, context);
    case 'Comparison':
      return compileComparison(node, context);
    case 'Conditional':
      return compileConditional(node, context);
    case 'Lambda':
      return compileLambda(node, context);
    case 'Call':
      return compileCall(node, context);
    case 'Attribute':
      return compileAttribute(node, context);
    case 'Subscript':
      return compileSubscript(node, context);
    case 'Slice':
      return compileSlice(node, context);
    case 'NamedExpression':
      return compileNamed(node, context);
    case 'Starred':
      return misplaced(node, 'can use starred expression only as assignment target', context);
    case 'Yield':
    case 'YieldFrom':
      return misplaced(node, "'yield' inside a comprehension or outside a function", context);
    default:
      return unreachable(node);
  }
}

/** As a condition: a JavaScript boolean. */
export function compileTest(node: Expression, context: Context): (frame: Parameters<Evaluate>[0]) => boolean {
  const { runtime } = context.unit;
  const value = compileExpression(node, context);
  const site = siteOf(node, context);
  return (frame) => {
    const result = value(frame);
    if (typeof result === 'boolean') return result;
    runtime.node = site;
    return runtime.truthy(result);
  };
}

function misplaced(node: Expression, message: string, { unit }: Context): never {
  throw new DiagnosticError([
    {
      severity: 'error',
      code: 'syntax',
      message,
      span: { file: unit.file, start: node.start, end: node.end },
    },
  ]);
}

function numberOf(node: NumberLiteral): Value {
  if (node.isImaginary) return new Complex(0, Number(node.value));
  return node.isFloat ? new Float(Number(node.value)) : node.value;
}

function constant(value: Value): Evaluate {
  return () => value;
}

function compileUnary(node: Unary, context: Context): Evaluate {
  const { operator } = node;
  if (operator === 'not') {
    const test = compileTest(node.operand, context);
    return (frame) => !test(frame);
  }
  if (operator === '-' && node.operand.kind === 'NumberLiteral') {
    return constant(unaryOperation('-', numberOf(node.operand), context.unit.runtime));
  }
  const { runtime } = context.unit;
  const operand = compileExpression(node.operand, context);
  const site = siteOf(node, context);
  return (frame) => {
    const value = operand(frame);
    runtime.node = site;
    return unaryOperation(operator, value, runtime);
  };
}

function compileBoolean(node: BooleanOperation, context: Context): Evaluate {
  const { runtime } = context.unit;
  const stopOn = node.operator === 'or';
  const operands = node.operands.map((operand) => compileExpression(operand, context));
  const site = siteOf(node, context);
  return (frame) => {
    let value: Value = null;
    for (let i = 0; i < operands.length; i++) {
      value = (operands[i] as Evaluate)(frame);
      if (i === operands.length - 1) break;
      runtime.node = site;
      if ((typeof value === 'boolean' ? value : runtime.truthy(value)) === stopOn) break;
    }
    return value;
  };
}

function compileConditional(node: Conditional, context: Context): Evaluate {
  const test = compileTest(node.test, context);
  const body = compileExpression(node.body, context);
  const orElse = compileExpression(node.orElse, context);
  return (frame) => (test(frame) ? body(frame) : orElse(frame));
}

function compileAttribute(node: Attribute, context: Context): Evaluate {
  const { runtime } = context.unit;
  const object = compileExpression(node.object, context);
  const site = siteOf({ start: node.nameStart, end: node.end }, context);
  const { name } = node;
  return (frame) => {
    const value = object(frame);
    runtime.node = site;
    return runtime.getAttribute(value, name);
  };
}

function compileSubscript(node: Subscript, context: Context): Evaluate {
  const { runtime } = context.unit;
  const object = compileExpression(node.object, context);
  const index = compileExpression(node.index, context);
  const site = siteOf(node, context);
  return (frame) => {
    const container = object(frame);
    const key = index(frame);
    if (typeof key === 'number' && key >= 0 && container instanceof List && container.constructor === List) {
      const item = container.items[key];
      if (item !== undefined) return item;
    }
    runtime.node = site;
    return getItem(container, key, runtime);
  };
}

function compileSlice(node: SliceNode, context: Context): Evaluate {
  const part = (bound: Expression | undefined): Evaluate =>
    bound === undefined ? constant(null) : compileExpression(bound, context);
  const [lower, upper, step] = [part(node.lower), part(node.upper), part(node.step)];
  return (frame) => new Slice(lower(frame), upper(frame), step(frame));
}

function compileNamed(node: NamedExpression, context: Context): Evaluate {
  const value = compileExpression(node.value, context);
  const store = compileNameStore(node.target, node.target.name, context);
  return (frame) => {
    const result = value(frame);
    store(frame, result);
    return result;
  };
}
