import {
  Alternation,
  Alternative,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  Terminal,
  type IProduction,
} from 'chevrotain';
import type { AuroraParser } from '../../src/language/parser-blocks.js';
import { symbolImages, symbolType } from '../../src/language/tokens.js';

/**
 * The parser's own rules as EBNF: `[ a ]` optional, `{ a }` any number, `{ a }+` at least one, `'if'` a
 * symbol, `NAME` a token of the lexer.
 */
export function grammarRules(parser: AuroraParser): Map<string, string> {
  return new Map(
    Object.entries(parser.getGAstProductions()).map(([name, rule]) => [
      name,
      sequence(rule.definition, true),
    ]),
  );
}

/** Rules of an EBNF text, without comments and with single spaces. */
export function readRules(text: string): Map<string, string> {
  const rules = new Map<string, string>();
  const plain = text.replace(/\(\*[^]*?\*\)/g, ' ');
  for (const [, name = '', body = ''] of plain.matchAll(
    /(\w+)\s*=\s*((?:'[^']*'|"[^"]*"|\?[^?]*\?|[^;'"?])*);/g,
  )) {
    if (rules.has(name)) throw new Error(`rule ${name} stands twice in the grammar`);
    rules.set(name, body.trim().replace(/\s+/g, ' '));
  }
  return rules;
}

const images = new Map(symbolImages.map((image) => [symbolType(image), image]));

/** How the grammar document writes a token. */
export function tokenText(type: Terminal['terminalType']): string {
  const image =
    images.get(type) ??
    (['Print', 'Exec', 'Nonlocal'].includes(type.name) ? type.name.toLowerCase() : undefined);
  if (image !== undefined) return `'${image}'`;
  if (['BinaryOperator', 'PrefixOperator', 'AugmentedAssign'].includes(type.name)) {
    return type.name.charAt(0).toLowerCase() + type.name.slice(1);
  }
  return type.name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase();
}

function sequence(parts: readonly IProduction[], alone = false): string {
  return parts.map((part) => text(part, alone && parts.length === 1)).join(' ');
}

function text(part: IProduction, alone: boolean): string {
  if (part instanceof NonTerminal) return part.nonTerminalName;
  if (part instanceof Terminal) return tokenText(part.terminalType);
  if (part instanceof Option) return `[ ${sequence(part.definition, true)} ]`;
  if (part instanceof Repetition) return `{ ${sequence(part.definition, true)} }`;
  if (part instanceof RepetitionMandatory) return `{ ${sequence(part.definition, true)} }+`;
  if (part instanceof Alternation) {
    const choices = part.definition.map((choice) => text(choice, false)).join(' | ');
    return alone ? choices : `( ${choices} )`;
  }
  if (part instanceof Alternative) return sequence(part.definition);
  throw new Error(`cannot write ${part.constructor.name}`);
}
