import type { Runtime } from '../language/value.js';
import { formatPlace, type Span } from '../base/source.js';
import { Environment, foundText } from './environment.js';
import { PystachioError } from './pystachio-error.js';
import type { Ref } from './ref.js';
import { findIn, Frame, scopeOf, type Scopes } from './scope.js';
import { Escape, parseTemplate, type Template } from './template.js';

/** Passes over one text after which it counts as a cycle. */
const MOST_PASSES = 100;

/** Growth is charged in pieces of this many characters: smaller texts are not worth it. */
const CHARGED_LENGTH = 65_536;

/** A ring of more references than this is named only in part. */
const LONGEST_RING = 12;

/** What a character costs: it is held, cut at its tags and copied, pass after pass. */
const BYTES_PER_CHARACTER = 8;

/**
 * Replaces every reference that the scopes can answer, again and again until a pass finds nothing: a value may
 * itself hold tags, and those are resolved in the scopes of the text that they end up in. References left
 * over stay as tags and are appended to `unbound`, in order and with repetitions.
 */
export function resolveText(text: string, scopes: Scopes | null, unbound: Ref[], runtime: Runtime): string {
  let current = text;
  for (let passes = 0; ; passes++) {
    const template = parseTemplate(current, passes === 0);
    if (!template) return current;
    const next = template.hasRefs ? replaceOnce(template, scopes, runtime) : undefined;
    if (next === undefined) return finish(template, unbound);
    if (passes >= MOST_PASSES) throw cycle(current, text, template, scopes, runtime);
    current = next;
  }
}

/** One pass; undefined when no reference was found. */
function replaceOnce(template: Template, scopes: Scopes | null, runtime: Runtime): string | undefined {
  let text = '';
  let charged = 0;
  let replaced = false;
  for (const part of template.parts) {
    if (typeof part === 'string') text += part;
    else if (part instanceof Escape) text += part.kept;
    else {
      const found = findIn(scopes, part, runtime);
      if (found === undefined) text += part.tag;
      else {
        text += foundText(found, runtime);
        replaced = true;
        if (text.length - charged > CHARGED_LENGTH) {
          runtime.charge(1024, (text.length - charged) * BYTES_PER_CHARACTER);
          charged = text.length;
        }
      }
    }
  }
  return replaced ? text : undefined;
}

function finish(template: Template, unbound: Ref[]): string {
  let text = '';
  for (const part of template.parts) {
    if (typeof part === 'string') text += part;
    else if (part instanceof Escape) text += part.stripped;
    else {
      text += part.tag;
      unbound.push(part);
    }
  }
  return text;
}

function cycle(
  text: string,
  original: string,
  template: Template,
  scopes: Scopes | null,
  runtime: Runtime,
): PystachioError {
  const refs = ringOf(template, scopes, runtime);
  const shown = original.length > 80 ? `${original.slice(0, 80)}...` : original;
  const span = refs.map((ref) => bindingSpan(ref, scopes, runtime)).find((each) => each !== undefined);
  return new PystachioError(
    'Uninterpolatable',
    `Unable to interpolate ${text}!  Maximum replacements reached.`,
    {
      code: 'template-cycle',
      span,
      notes: [
        `the template "${shown}" never comes to an end: ${refs.map((ref) => ref.tag).join(', ')} leads back to ` +
          `itself (${MOST_PASSES} replacements made)`,
        ...refs.flatMap((ref) => provenance(ref, scopes, runtime)),
      ],
      suggestion: 'A field cannot refer to its own name: give the binding another name than the field.',
    },
  );
}

/** The references that take turns in a cycle, found by going on a little. */
function ringOf(template: Template, scopes: Scopes | null, runtime: Runtime): Ref[] {
  const refs = new Set(refsOf(template));
  let current: Template | undefined = template;
  for (let pass = 0; pass < LONGEST_RING && current; pass++) {
    const next: string | undefined = replaceOnce(current, scopes, runtime);
    if (next === undefined || next.length > CHARGED_LENGTH) break;
    current = parseTemplate(next, false);
    for (const ref of current ? refsOf(current) : []) refs.add(ref);
  }
  return [...refs];
}

function refsOf(template: Template): Ref[] {
  return template.parts.filter((part) => typeof part !== 'string' && !(part instanceof Escape)) as Ref[];
}

/** Where the values of a text's references came from, one sentence a reference. */
export function provenances(text: string, scopes: Scopes | null, runtime: Runtime): string[] {
  const template = parseTemplate(text);
  return template ? [...new Set(refsOf(template))].flatMap((ref) => provenance(ref, scopes, runtime)) : [];
}

function provenance(ref: Ref, scopes: Scopes | null, runtime: Runtime): string[] {
  const scope = scopeOf(scopes, ref, runtime);
  if (scope instanceof Environment) {
    const span = scope.spanOf(ref.address);
    if (span) return [`${ref.tag} is bound at ${formatPlace(span)}`];
    return scope.source === undefined ? [] : [`${ref.tag} is bound by ${scope.source}`];
  }
  return scope instanceof Frame ? [`${ref.tag} is a field of the struct around`] : [];
}

function bindingSpan(ref: Ref, scopes: Scopes | null, runtime: Runtime): Span | undefined {
  const scope = scopeOf(scopes, ref, runtime);
  return scope instanceof Environment ? scope.spanOf(ref.address) : undefined;
}
