import { Ref } from './ref.js';

/** A text cut at its tags: literal text, a reference, or an escaped tag that stays. */
export type TemplatePart = string | Ref | Escape;

/** `{{&name}}`: stands for the literal `{{name}}`; each interpolation takes one `&` away. */
export class Escape {
  constructor(readonly name: string) {}

  get kept(): string {
    return `{{&${this.name}}}`;
  }

  get stripped(): string {
    return `{{${this.name}}}`;
  }
}

export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly hasEscapes: boolean;
  readonly hasRefs: boolean;
}

/**
 * Cuts a text at its tags; undefined when it has none. Throws InvalidRefError for a tag whose content is no
 * address. The innermost tags of nested ones are found first, because a tag cannot contain braces. A text
 * that is not likely to come again is not remembered.
 */
export function parseTemplate(text: string, isRepeated = true): Template | undefined {
  if (!text.includes('{{')) return undefined;
  if (!isRepeated) {
    const template = split(text);
    return template.parts.length > 0 ? template : undefined;
  }
  const known = cache.get(text);
  if (known) return known.parts.length > 0 ? known : undefined;
  const template = split(text);
  if (text.length <= LONGEST_CACHED) {
    if (cache.size >= LARGEST_CACHE) cache.clear();
    cache.set(text, template);
  }
  return template.parts.length > 0 ? template : undefined;
}

const cache = new Map<string, Template>();
const LARGEST_CACHE = 20_000;
const LONGEST_CACHED = 10_000;
const NO_TAGS: Template = { parts: [], hasEscapes: false, hasRefs: false };

function split(text: string): Template {
  const parts: TemplatePart[] = [];
  let hasEscapes = false;
  let hasRefs = false;
  let end = 0;
  for (let open = text.indexOf('{{'); open >= 0;) {
    const close = contentEnd(text, open + 2);
    if (close < 0) {
      open = text.indexOf('{{', open + 1);
      continue;
    }
    if (open > end) parts.push(text.slice(end, open));
    const content = text.slice(open + 2, close);
    if (content.startsWith('&') && content.length > 1) {
      // A second `&` before the closing braces is eaten only when there was a first.
      parts.push(new Escape(content.slice(1, content.length > 2 && content.endsWith('&') ? -1 : undefined)));
      hasEscapes = true;
    } else {
      parts.push(Ref.parse(content));
      hasRefs = true;
    }
    end = close + 2;
    open = text.indexOf('{{', end);
  }
  if (parts.length === 0) return NO_TAGS;
  if (end < text.length) parts.push(text.slice(end));
  return { parts, hasEscapes, hasRefs };
}

/** Where the `}}` stands that ends a tag whose content begins at `start`; -1 when there is no such tag. */
function contentEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === OPENING) return -1;
    if (character === CLOSING) return at > start && text.charCodeAt(at + 1) === CLOSING ? at : -1;
  }
  return -1;
}

const OPENING = '{'.charCodeAt(0);
const CLOSING = '}'.charCodeAt(0);
