import type { Module } from '../ast.js';

interface OpenNode {
  readonly kind?: string;
  name?: string;
  names?: unknown;
  body?: unknown;
}

/**
 * Gives the names that begin with two underscores inside a class the form `_Class__name`, as Python does: a class and
 * one derived from it may both have a `self.__state`. The tree is changed in place, before anybody has looked at it.
 */
export function manglePrivateNames(module: Module): void {
  const { text } = module.file;
  if (text.includes('__') && /^[^#\n]*\bclass\s/m.test(text)) visit(module.body, '');
}

function visit(node: unknown, className: string): void {
  if (Array.isArray(node)) for (const each of node) visit(each, className);
  else if (typeof node === 'object' && node !== null) visitNode(node, className);
}

function visitNode(node: OpenNode, className: string): void {
  const { kind, name, names } = node;
  const inside = kind === 'ClassDefinition' && name !== undefined ? name.replace(/^_+/, '') : className;
  if (className !== '') {
    if (typeof name === 'string' && isNamed(node)) node.name = mangled(name, className);
    if (Array.isArray(names) && (kind === 'Global' || kind === 'Nonlocal'))
      node.names = names.map((each) => mangled(each as string, className));
  }
  for (const [part, child] of Object.entries(node)) visit(child, part === 'body' ? inside : className);
}

/** Names, attributes, definitions and parameters; keywords of a call and modules keep theirs. */
function isNamed(node: OpenNode): boolean {
  return NAMED.has(node.kind ?? '') || (node.kind === undefined && 'default' in node);
}

const NAMED: ReadonlySet<string> = new Set(['Name', 'Attribute', 'FunctionDefinition', 'ClassDefinition']);

function mangled(name: string, className: string): string {
  return name.startsWith('__') && !name.endsWith('__') ? `_${className}${name}` : name;
}
