import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { isMap, isSeq, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.js';
import { DiagnosticError } from '../base/diagnostic.js';
import type { FileSystem } from '../base/file-system.js';
import { nearest } from '../base/nearest.js';
import type { SourceFile, Span } from '../base/source.js';

/** A YAML file that has passed its schema, with the places of its parts for errors that no schema finds. */
export interface CheckedDocument {
  readonly file: SourceFile;
  readonly value: unknown;
  /** The place of the value at `path`: property names and list positions. */
  readonly spanAt: (path: readonly (string | number)[]) => Span;
}

/** Reads, parses and validates; throws one DiagnosticError with every mistake found, each with its place. */
export function readYaml(path: string, validate: ValidateFunction, files: FileSystem): CheckedDocument {
  const file: SourceFile = { path, text: files.readText(path) };
  const document = parseDocument(file.text, { lineCounter: new LineCounter(), prettyErrors: false });
  const spanAt = (at: readonly (string | number)[]): Span => spanOfPath(file, document, at);
  const syntax = document.errors.map((error): Diagnostic => ({
    severity: 'error',
    code: 'yaml-syntax',
    message: error.message,
    span: { file, start: error.pos[0], end: error.pos[1] },
  }));
  throwAny(syntax);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (!validate(value))
    throwAny((validate.errors ?? []).filter(isPrecise).map((error) => explain(error, file, document)));
  return { file, value, spanAt };
}

function throwAny(diagnostics: readonly Diagnostic[]): void {
  const [first, ...rest] = diagnostics;
  if (first) throw new DiagnosticError([first, ...rest]);
}

/** The errors of a failed `if` or `anyOf` itself say nothing that their branches do not say better. */
function isPrecise(error: ErrorObject): boolean {
  return (
    error.keyword !== 'if' &&
    error.keyword !== 'propertyNames' &&
    !(error.keyword === 'type' && inAnyOf(error))
  );
}

function inAnyOf(error: ErrorObject): boolean {
  return /\/anyOf\/\d+\//.test(error.schemaPath);
}

function explain(error: ErrorObject, file: SourceFile, document: Document): Diagnostic {
  const path = pathOf(error.instancePath);
  const parameters = error.params as Record<string, unknown>;
  const where = path.length === 0 ? 'the file' : formatPath(path);
  const base = { severity: 'error', code: `schema-${error.keyword}` } as const;
  if (error.keyword === 'additionalProperties') {
    const name = String(parameters['additionalProperty']);
    const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
    const near = nearest(name, known);
    return {
      ...base,
      message: `unknown key "${name}" in ${where}`,
      span: spanOfKey(file, document, path, name),
      notes: [`known keys: ${known.join(', ')}`],
      ...(near === undefined ? {} : { suggestion: `Did you mean "${near}"?` }),
    };
  }
  const span = spanOfPath(file, document, path);
  if (error.keyword === 'required')
    return { ...base, message: `${where} lacks "${String(parameters['missingProperty'])}"`, span };
  const comment = (error.parentSchema as { $comment?: string }).$comment;
  const given = JSON.stringify(error.data);
  if (error.keyword === 'enum') {
    const allowed = (parameters['allowedValues'] as readonly unknown[]).map(String);
    const near = nearest(String(error.data), allowed);
    return {
      ...base,
      message: `${where} must be one of ${allowed.join(', ')}`,
      span,
      notes: [`given: ${given.slice(0, 200)}`],
      ...(near === undefined ? {} : { suggestion: `Did you mean "${near}"?` }),
    };
  }
  return {
    ...base,
    message: `${where} ${error.keyword === 'pattern' ? 'has the wrong form' : (error.message ?? 'is not valid')}`,
    span,
    notes: [...(comment === undefined ? [] : [`expected: ${comment}`]), `given: ${given.slice(0, 200)}`],
  };
}

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `clusters.cluster1.agents[0].host` */
function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) =>
      /^\d+$/.test(String(part)) ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${part}`,
    '',
  );
}

function spanOfPath(file: SourceFile, document: Document, path: readonly (string | number)[]): Span {
  let node: Node | null | undefined = document.contents;
  let last = rangeOf(node);
  for (const part of path) {
    if (isMap(node))
      node = node.items.find((pair) => keyText(pair.key) === String(part))?.value as Node | undefined;
    else if (isSeq(node)) node = node.items[Number(part)] as Node | undefined;
    else break;
    last = rangeOf(node) ?? last;
  }
  const [start, end] = last ?? [0, 1];
  return { file, start, end };
}

function spanOfKey(file: SourceFile, document: Document, path: readonly string[], name: string): Span {
  const parent = path.length === 0 ? document.contents : document.getIn(path.map(stepOf), true);
  const pair = isMap(parent) ? parent.items.find((item) => keyText(item.key) === name) : undefined;
  const range = rangeOf(pair?.key as Node | undefined);
  return range ? { file, start: range[0], end: range[1] } : spanOfPath(file, document, path);
}

function stepOf(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function rangeOf(node: Node | null | undefined): readonly [number, number] | undefined {
  const range = node?.range;
  return range ? [range[0], range[1]] : undefined;
}
