import type { RichOperator } from '../value.js';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['+', 'add'],
  ['-', 'sub'],
  ['*', 'mul'],
  ['/', 'truediv'],
  ['//', 'floordiv'],
  ['%', 'mod'],
  ['**', 'pow'],
  ['<<', 'lshift'],
  ['>>', 'rshift'],
  ['&', 'and'],
  ['|', 'or'],
  ['^', 'xor'],
  ['@', 'matmul'],
]);

/** The special method of a binary operator: `__add__`. */
export function operatorMethod(operator: string): string {
  return `__${NAMES.get(operator) ?? ''}__`;
}

/** The one of the right operand: `__radd__`. */
export function reflectedMethod(operator: string): string {
  return `__r${NAMES.get(operator) ?? ''}__`;
}

/** The one of an augmented assignment: `__iadd__`. */
export function inPlaceMethod(operator: string): string {
  return `__i${NAMES.get(operator) ?? ''}__`;
}

export const RICH_METHODS: Readonly<Record<RichOperator, string>> = {
  '<': '__lt__',
  '<=': '__le__',
  '>': '__gt__',
  '>=': '__ge__',
  '==': '__eq__',
  '!=': '__ne__',
};

export const UNARY_METHODS: ReadonlyMap<string, string> = new Map([
  ['-', '__neg__'],
  ['+', '__pos__'],
  ['~', '__invert__'],
]);
