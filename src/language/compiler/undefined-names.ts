import type { Diagnostic } from '../../base/diagnostic.js';
import type { SourceFile } from '../../base/source.js';
import type { Expression, FunctionDefinition, Module, Node, Statement } from '../ast.js';
import type { RaisedError } from '../exceptions/raised-error.js';
import type { Evaluator } from '../interpreter.js';
import { childExpressions, childStatements } from './children.js';
import { nameSuggestion, undefinedNameText } from './names.js';
import type { Namespace } from './namespace.js';
import type { Scope } from './scope.js';

/** A file that was run, or is being run. */
export interface RunFile {
  readonly module: Module;
  readonly scope: Scope;
  readonly globals: Namespace;
}

/**
 * After an exception has ended the program: tells of every other name that nothing binds, in the files that have run so
 * far, so that one check finds them all. A name counts as bound when any code binds it, run or not. Nothing is told when
 * names may still come from somewhere that the text does not show.
 */
export function tellUndefinedNames(error: RaisedError, globals: Namespace, runtime: Evaluator): void {
  const { onMistake } = runtime.options;
  const runFiles = runtime.runFiles.filter((each) => each.globals === globals);
  if (!onMistake || runFiles.some((each) => bindsUnseen(each, error))) return;
  const bound = new Set(runFiles.flatMap(({ scope }) => [...boundGlobally(scope)]));
  const excused = new Set(runFiles.flatMap(({ module }) => [...triedNames(module.body)]));
  excused.add(/name '(.*)' is not defined/.exec(error.exception.str(runtime))?.[1] ?? '');
  for (const { module, scope } of runFiles) {
    for (const [name, { node, scope: user }] of globalUses(scope)) {
      const slot = globals.slot(name);
      if (slot.value !== undefined || slot.builtin !== undefined) continue;
      if (bound.has(name) || excused.has(name)) continue;
      excused.add(name);
      onMistake(undefinedName(name, node, user, module.file, globals, runtime));
    }
  }
}

/** What lets a program bind or look for names by other ways than writing them. */
const REFLECTION = ['globals', 'locals', 'vars', 'dir', 'eval', 'execfile', '__import__'];

/** Whether names may come into being later: by an `include` or `import *` yet to run, or by reflection. */
function bindsUnseen({ module, scope }: RunFile, error: RaisedError): boolean {
  if (usesAny(scope, REFLECTION)) return true;
  const under = [error.at, ...error.at.stack].filter(({ span }) => span.file === module.file);
  return opensNamespace(
    module.body,
    under.length === 0 ? Infinity : Math.max(...under.map(({ span }) => span.start)),
  );
}

/** Whether an `include` or `import *` stands in a function, or behind `reached` in the code of the module itself. */
function opensNamespace(body: readonly Statement[], reached: number): boolean {
  return body.some((statement) => {
    if (statement.kind === 'Exec') return true;
    if (statement.kind === 'ImportFrom') return statement.names === '*' && statement.start > reached;
    const isApart = statement.kind === 'FunctionDefinition' || statement.kind === 'ClassDefinition';
    const inner = isApart ? [statement.body] : childStatements(statement);
    return (
      childExpressions(statement).some((each) => includes(each, reached)) ||
      inner.some((block) => opensNamespace(block, isApart ? -1 : reached))
    );
  });
}

function includes(root: Expression, reached: number): boolean {
  return expressionsWithin(root).some(
    (node) => node.kind === 'Name' && node.name === 'include' && node.start > reached,
  );
}

/** An expression and all those inside it, functions and comprehensions too. */
function expressionsWithin(root: Expression): Expression[] {
  const found: Expression[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    found.push(node);
    pending.push(...childExpressions(node), ...innerExpressions(node));
  }
  return found;
}

function innerExpressions(node: Expression): Expression[] {
  if (node.kind === 'Lambda') return [node.body];
  if (node.kind !== 'Comprehension' && node.kind !== 'DictComprehension') return [];
  const results = node.kind === 'Comprehension' ? [node.element] : [node.key, node.value];
  const clauses = node.clauses.flatMap((clause) =>
    clause.kind === 'if' ? [clause.test] : [clause.target, clause.iterable],
  );
  return [...results, ...clauses];
}

function usesAny(scope: Scope, names: readonly string[]): boolean {
  return names.some((name) => scope.used.has(name)) || scope.children.some((child) => usesAny(child, names));
}

/** Names that some code binds in the module: its own, and those that functions declare `global`. */
function* boundGlobally(scope: Scope): Iterable<string> {
  if (scope.kind === 'module') yield* scope.bound;
  yield* scope.globals;
  for (const child of scope.children) yield* boundGlobally(child);
}

/** Names inside a `try` with handlers: the program may be made for their absence. */
function* triedNames(body: readonly Statement[], isTried = false): Iterable<string> {
  for (const statement of body) {
    if (isTried) yield* namesIn(childExpressions(statement));
    const isTry = statement.kind === 'Try' && statement.handlers.length > 0;
    for (const block of [...childStatements(statement), ...functionBody(statement)])
      yield* triedNames(block, isTried || isTry);
  }
}

function functionBody(statement: Statement): ReadonlyArray<FunctionDefinition['body']> {
  const isApart = statement.kind === 'FunctionDefinition' || statement.kind === 'ClassDefinition';
  return isApart ? [statement.body] : [];
}

function* namesIn(roots: readonly Expression[]): Iterable<string> {
  for (const root of roots)
    for (const node of expressionsWithin(root)) if (node.kind === 'Name') yield node.name;
}

interface Use {
  readonly node: Node;
  readonly scope: Scope;
}

/** The first use of each name that a scope and those inside it look for in the module. */
function* globalUses(scope: Scope): Iterable<readonly [string, Use]> {
  for (const [name, node] of scope.used) {
    if (scope.place(name).kind === 'global') yield [name, { node, scope }];
  }
  for (const child of scope.children) yield* globalUses(child);
}

function undefinedName(
  name: string,
  { start, end }: Node,
  scope: Scope,
  file: SourceFile,
  globals: Namespace,
  runtime: Evaluator,
): Diagnostic {
  const suggestion = nameSuggestion(name, scope, globals, runtime);
  return {
    severity: 'error',
    code: 'undefined-name',
    message: undefinedNameText(name, scope, runtime),
    span: { file, start, end },
    ...(suggestion !== undefined && { suggestion }),
  };
}
