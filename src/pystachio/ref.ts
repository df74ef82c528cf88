import { PystachioError } from './pystachio-error.js';

/** One step of an address: `.name` reads a field, `[key]` an element. */
export interface Component {
  readonly kind: 'field' | 'index';
  readonly name: string;
}

/**
 * An address such as `task.processes[0].name`, parsed once and shared: two references with the same address
 * are the same object. Grammar: grammar/template.ebnf.
 */
export class Ref {
  #tail: Ref | null | undefined;

  private constructor(
    /** Canonical text, without a leading dot. */
    readonly address: string,
    readonly components: readonly Component[],
  ) {}

  /** The address as a tag: `{{a.b}}`. */
  get tag(): string {
    return `{{${this.address}}}`;
  }

  get head(): Component {
    return this.components[0] as Component;
  }

  /** The address after its first component; null when that was all. */
  get tail(): Ref | null {
    this.#tail ??= this.components.length === 1 ? null : Ref.of(this.components.slice(1));
    return this.#tail;
  }

  /** Whether the address leads to something below another. */
  isBelow(prefix: Ref): boolean {
    const { components } = this;
    return (
      prefix.components.length < components.length &&
      prefix.components.every((component, index) => sameComponent(component, components[index]))
    );
  }

  /** What follows `prefix` in this address; null when it is no proper prefix. */
  after(prefix: Ref): Ref | null {
    return this.isBelow(prefix) ? Ref.of(this.components.slice(prefix.components.length)) : null;
  }

  concat(other: Ref): Ref {
    return Ref.of([...this.components, ...other.components]);
  }

  /** Parses an address; throws InvalidRefError with the original's texts. */
  static parse(text: string): Ref {
    const known = parsed.get(text);
    if (known) return known;
    const ref = Ref.of(parseComponents(text));
    remember(parsed, text, ref);
    return ref;
  }

  static of(components: readonly Component[]): Ref {
    const address = formatComponents(components);
    let ref = interned.get(address);
    if (!ref) {
      ref = new Ref(address, components);
      remember(interned, address, ref);
    }
    return ref;
  }
}

/** Whether a text can be the name of a binding. */
export function isAddress(text: string): boolean {
  try {
    Ref.parse(text);
    return true;
  } catch (error) {
    if (error instanceof PystachioError) return false;
    throw error;
  }
}

/** Both tables are caches: a program that makes addresses without end must not fill memory. */
const LARGEST_CACHE = 50_000;
const parsed = new Map<string, Ref>();
const interned = new Map<string, Ref>();

function remember(cache: Map<string, Ref>, key: string, ref: Ref): void {
  if (cache.size >= LARGEST_CACHE) cache.clear();
  cache.set(key, ref);
}

function sameComponent(a: Component, b: Component | undefined): boolean {
  return a.kind === b?.kind && a.name === b.name;
}

const VALID_START = /^[A-Za-z_]/;
const COMPONENT = /\.([A-Za-z_][A-Za-z0-9_]*)|\[([A-Za-z0-9_\-./]+)\]/y;
const LONGEST_ADDRESS = 1_000_000;

function parseComponents(text: string): Component[] {
  if (text === '') throw invalid(text, `Invalid address: ''`, 'an empty address names nothing');
  let address = text;
  if (!text.startsWith('.') && !text.startsWith('[')) {
    if (!VALID_START.test(text)) throw invalid(text, text, explain(text));
    address = `.${text}`;
  }
  if (address.length > LONGEST_ADDRESS)
    throw invalid(text, `Badly formed address ${address.slice(0, 80)}...`, 'too long');
  const components: Component[] = [];
  COMPONENT.lastIndex = 0;
  for (let at = 0; at < address.length; at = COMPONENT.lastIndex) {
    const match = COMPONENT.exec(address);
    if (!match) throw invalid(text, `Badly formed address ${address}`, explain(text));
    const [, field, index] = match;
    components.push(
      field === undefined ? { kind: 'index', name: index as string } : { kind: 'field', name: field },
    );
  }
  return components;
}

function invalid(text: string, message: string, note: string): PystachioError {
  const error = new PystachioError('InvalidRefError', message, {
    code: 'invalid-reference',
    notes: [note],
    // Of some addresses the original's message is the address alone.
    ...(message === text && { headline: `Badly formed address in {{${shorten(text)}}}` }),
  });
  error.tag = `{{${text}}}`;
  return error;
}

/** Why an address is refused, and the spelling that was most likely meant. */
function explain(text: string): string {
  const shown = shorten(text);
  const form =
    'a tag holds names joined by dots and indices in brackets: {{name}}, {{task.name}}, {{ports[http]}}';
  const trimmed = text.trim();
  if (trimmed !== text && trimmed !== '')
    return `the tag {{${shown}}} has spaces inside: write {{${trimmed}}}; ${form}`;
  return `the tag {{${shown}}} is not an address; ${form}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function formatComponents(components: readonly Component[]): string {
  let text = '';
  for (const { kind, name } of components) text += kind === 'field' ? `.${name}` : `[${name}]`;
  return text.startsWith('.') ? text.slice(1) : text;
}
