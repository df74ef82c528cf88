import type { Expression, If, ImportAlias, Module, Statement } from './ast.js';
import {
  printArguments,
  printExpression,
  printOperand,
  printParameters,
  printWhole,
} from './printer-expressions.js';

export { printExpression } from './printer-expressions.js';

/**
 * Source text of a tree: parsing it gives the same tree, apart from the places. Comments are not in the tree;
 * `formatter.ts` keeps them.
 */
export function printModule(module: Pick<Module, 'body'>): string {
  const lines: string[] = [];
  printBlock(module.body, '', lines);
  return lines.map((line) => `${line}\n`).join('');
}

const STEP = '  ';

function printBlock(body: readonly Statement[], margin: string, lines: string[]): void {
  for (const statement of body) printStatement(statement, margin, lines);
}

function printStatement(node: Statement, margin: string, lines: string[]): void {
  const block = (head: string, body: readonly Statement[]): void => {
    lines.push(`${margin}${head}:`);
    printBlock(body, margin + STEP, lines);
  };
  const elseBlock = (body: readonly Statement[]): void => {
    if (body.length > 0) block('else', body);
  };
  switch (node.kind) {
    case 'If':
      printIf(node, block);
      return;
    case 'While':
      block(`while ${printExpression(node.test)}`, node.body);
      elseBlock(node.orElse);
      return;
    case 'For':
      block(`for ${printExpression(node.target)} in ${printExpression(node.iterable)}`, node.body);
      elseBlock(node.orElse);
      return;
    case 'Try':
      block('try', node.body);
      for (const { type, target, body } of node.handlers) {
        const what = type ? ` ${printExpression(type)}` : '';
        block(`except${what}${target ? ` as ${printExpression(target)}` : ''}`, body);
      }
      elseBlock(node.orElse);
      if (node.finalBody.length > 0) block('finally', node.finalBody);
      return;
    case 'With':
      block(
        `with ${node.items.map(({ context, target }) => printItem(context, target)).join(', ')}`,
        node.body,
      );
      return;
    case 'FunctionDefinition':
      for (const decorator of node.decorators) lines.push(`${margin}@${printExpression(decorator)}`);
      block(`def ${node.name}(${printParameters(node.parameters)})`, node.body);
      return;
    case 'ClassDefinition':
      for (const decorator of node.decorators) lines.push(`${margin}@${printExpression(decorator)}`);
      block(`class ${node.name}${node.bases.length > 0 ? `(${printArguments(node.bases)})` : ''}`, node.body);
      return;
    default:
      lines.push(margin + printSimple(node));
  }
}

/** An `else` that is one `if` is an `elif`; in a loop, for chains of any length. */
function printIf(first: If, block: (head: string, body: readonly Statement[]) => void): void {
  block(`if ${printExpression(first.test)}`, first.body);
  let { orElse } = first;
  for (;;) {
    const [next] = orElse;
    if (orElse.length !== 1 || next?.kind !== 'If') break;
    block(`elif ${printExpression(next.test)}`, next.body);
    orElse = next.orElse;
  }
  if (orElse.length > 0) block('else', orElse);
}

/** `with (a, b):` would be two items. */
function printItem(context: Expression, target: Expression | undefined): string {
  const text = printExpression(context);
  const item = context.kind === 'TupleDisplay' ? `(${text})` : text;
  return target ? `${item} as ${printExpression(target)}` : item;
}

type CompoundKind = 'If' | 'While' | 'For' | 'Try' | 'With' | 'FunctionDefinition' | 'ClassDefinition';

function printSimple(node: Exclude<Statement, { kind: CompoundKind }>): string {
  switch (node.kind) {
    case 'ExpressionStatement':
      return isPlainPrintCall(node.value) ? printWhole(node.value) : first(printWhole(node.value));
    case 'Assignment':
      return [
        ...node.targets.map((target) => first(printExpression(target), true)),
        printWhole(node.value),
      ].join(' = ');
    case 'AugmentedAssignment':
      return `${first(printExpression(node.target), true)} ${node.operator}= ${printWhole(node.value)}`;
    case 'AnnotatedAssignment': {
      const head = `${first(printExpression(node.target), true)}: ${printExpression(node.annotation)}`;
      return node.value ? `${head} = ${printWhole(node.value)}` : head;
    }
    case 'Print': {
      const file = node.file ? [`>>${printExpression(node.file)}`] : [];
      const parts = [...file, ...node.values.map(printExpression)];
      return `print${parts.length > 0 ? ' ' : ''}${parts.join(', ')}${node.newline ? '' : ','}`;
    }
    case 'Exec': {
      const text = printOperand(node.code);
      const code = /^[([]/.test(text) ? `(${text})` : text;
      if (!node.globals) return `exec ${code}`;
      return `exec ${code} in ${printOperand(node.globals)}${node.locals ? `, ${printExpression(node.locals)}` : ''}`;
    }
    case 'Delete':
      return `del ${node.targets.map(printExpression).join(', ')}`;
    case 'Pass':
      return 'pass';
    case 'Break':
      return 'break';
    case 'Continue':
      return 'continue';
    case 'Return':
      return node.value ? `return ${printWhole(node.value)}` : 'return';
    case 'Raise': {
      const { exception, value, traceback, cause } = node;
      if (!exception) return 'raise';
      if (cause) return `raise ${printExpression(exception)} from ${printExpression(cause)}`;
      const parts = [exception, value, traceback].filter((part) => part !== undefined);
      return `raise ${parts.map(printExpression).join(', ')}`;
    }
    case 'Assert':
      return `assert ${printExpression(node.test)}${node.message ? `, ${printExpression(node.message)}` : ''}`;
    case 'Global':
      return `global ${node.names.join(', ')}`;
    case 'Nonlocal':
      return `nonlocal ${node.names.join(', ')}`;
    case 'Import':
      return `import ${node.names.map(printAlias).join(', ')}`;
    case 'ImportFrom':
      return `from ${'.'.repeat(node.level)}${node.module} import ${node.names === '*' ? '*' : node.names.map(printAlias).join(', ')}`;
  }
}

/** A statement that begins with the name `print` or `exec` would be read as that statement. */
function first(text: string, assigned = false): string {
  if (!/^(?:print|exec|nonlocal)\b/.test(text)) return text;
  return assigned && /^\w+$/.test(text) ? text : `(${text})`;
}

function isPlainPrintCall(node: Expression): boolean {
  return node.kind === 'Call' && node.callee.kind === 'Name' && node.callee.name === 'print';
}

function printAlias({ name, alias }: ImportAlias): string {
  return alias === undefined ? name : `${name} as ${alias}`;
}
