import type {
  ComprehensionClause,
  Comprehension,
  DictComprehension,
  Expression,
  FunctionDefinition,
  Lambda,
  Module,
  Parameters,
  Statement,
} from '../ast.js';
import { childExpressions, childStatements } from './children.js';
import { Scope } from './scope.js';

export type ScopeOf = ReadonlyMap<object, Scope>;

/** Makes the scopes of a module: the result maps each function, class and comprehension node to its own. */
export function analyzeModule(module: Module): { scope: Scope; scopes: ScopeOf } {
  return analyze((scope, scopes) => {
    analyzeStatements(module.body, scope, scopes);
  });
}

export function analyzeExpressionAlone(expression: Expression): { scope: Scope; scopes: ScopeOf } {
  return analyze((scope, scopes) => {
    analyzeExpression(expression, scope, scopes);
  });
}

function analyze(visit: (scope: Scope, scopes: Map<object, Scope>) => void): {
  scope: Scope;
  scopes: ScopeOf;
} {
  const scope = new Scope('module', '<module>', undefined);
  const scopes = new Map<object, Scope>();
  visit(scope, scopes);
  scope.resolve();
  scope.allocate();
  return { scope, scopes };
}

function analyzeStatements(body: readonly Statement[], scope: Scope, scopes: Map<object, Scope>): void {
  const all = flatten(body);
  // `global` and `nonlocal` rule the whole function, whatever stands before them.
  for (const statement of all) {
    if (statement.kind === 'Global') for (const name of statement.names) scope.globals.add(name);
    else if (statement.kind === 'Nonlocal') for (const name of statement.names) scope.nonlocals.add(name);
  }
  for (const statement of all) analyzeStatement(statement, scope, scopes);
}

/** The statements of a body and of the blocks inside it; a chain of a thousand `elif` needs no recursion. */
function flatten(body: readonly Statement[]): Statement[] {
  const all: Statement[] = [];
  const pending = [...body].reverse();
  for (let statement = pending.pop(); statement !== undefined; statement = pending.pop()) {
    all.push(statement);
    const inner = childStatements(statement).flat();
    for (let i = inner.length - 1; i >= 0; i--) pending.push(inner[i] as Statement);
  }
  return all;
}

function analyzeStatement(statement: Statement, scope: Scope, scopes: Map<object, Scope>): void {
  switch (statement.kind) {
    case 'FunctionDefinition':
      scope.bind(statement.name);
      for (const decorator of statement.decorators) analyzeExpression(decorator, scope, scopes);
      analyzeFunction(statement, statement.name, scope, scopes);
      return;
    case 'ClassDefinition': {
      scope.bind(statement.name);
      for (const expression of childExpressions(statement)) analyzeExpression(expression, scope, scopes);
      const own = new Scope('class', statement.name, scope);
      scopes.set(statement, own);
      analyzeStatements(statement.body, own, scopes);
      return;
    }
    case 'Import':
      for (const { name, alias } of statement.names) scope.bind(alias ?? (name.split('.')[0] as string));
      return;
    case 'ImportFrom':
      if (statement.names !== '*') for (const { name, alias } of statement.names) scope.bind(alias ?? name);
      return;
    case 'Assignment':
    case 'Delete':
      for (const target of statement.targets) bindTarget(target, scope);
      break;
    case 'AugmentedAssignment':
    case 'AnnotatedAssignment':
    case 'For':
      bindTarget(statement.target, scope);
      break;
    case 'With':
      for (const item of statement.items) if (item.target) bindTarget(item.target, scope);
      break;
    case 'Try':
      for (const handler of statement.handlers) if (handler.target) bindTarget(handler.target, scope);
      break;
    default:
  }
  for (const expression of childExpressions(statement)) analyzeExpression(expression, scope, scopes);
}

function analyzeExpression(root: Expression, scope: Scope, scopes: Map<object, Scope>): void {
  // Left-leaning chains are long in real text (a sum of a thousand terms), so no recursion here.
  const pending: Expression[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    switch (node.kind) {
      case 'Name':
        scope.use(node.name, node);
        break;
      case 'Lambda':
        analyzeFunction(node, '<lambda>', scope, scopes);
        continue;
      case 'Comprehension':
      case 'DictComprehension':
        analyzeComprehension(node, scope, scopes);
        continue;
      case 'NamedExpression': {
        let owner = scope;
        while (owner.kind === 'comprehension' && owner.parent) owner = owner.parent;
        while (owner.name === '<genexpr>' && owner.parent) {
          owner.nonlocals.add(node.target.name);
          owner = owner.parent.host;
        }
        owner.bind(node.target.name);
        break;
      }
      case 'Yield':
      case 'YieldFrom':
        scope.host.isGenerator = true;
        break;
      default:
    }
    pending.push(...childExpressions(node));
  }
}

function analyzeFunction(
  node: FunctionDefinition | Lambda,
  name: string,
  scope: Scope,
  scopes: Map<object, Scope>,
): void {
  const own = new Scope('function', name, scope);
  scopes.set(node, own);
  analyzeParameters(node.parameters, own, scope, scopes);
  if (node.kind === 'Lambda') analyzeExpression(node.body, own, scopes);
  else analyzeStatements(node.body, own, scopes);
}

function analyzeParameters(
  { positional, varArgs, keywordOnly, varKeywords }: Parameters,
  own: Scope,
  outer: Scope,
  scopes: Map<object, Scope>,
): void {
  for (const parameter of [...positional, ...keywordOnly]) {
    if (parameter.default) analyzeExpression(parameter.default, outer, scopes);
  }
  const all = [
    ...positional,
    ...keywordOnly,
    ...(varArgs ? [varArgs] : []),
    ...(varKeywords ? [varKeywords] : []),
  ];
  for (const parameter of all) {
    own.parameters.push(parameter.name);
    own.bound.add(parameter.name);
  }
  for (const { pattern } of positional) if (pattern) bindTarget(pattern, own);
}

function analyzeComprehension(
  node: Comprehension | DictComprehension,
  scope: Scope,
  scopes: Map<object, Scope>,
): void {
  const [first] = node.clauses;
  // The first iterable is evaluated outside, as in Python 3.
  if (first?.kind === 'for') analyzeExpression(first.iterable, scope, scopes);
  const lazy = node.kind === 'Comprehension' && node.result === 'generator';
  const own = new Scope(lazy ? 'function' : 'comprehension', lazy ? '<genexpr>' : '<comprehension>', scope);
  if (lazy) {
    own.isGenerator = true;
    own.parameters.push('.0');
    own.bound.add('.0');
  }
  scopes.set(node, own);
  node.clauses.forEach((clause, index) => {
    analyzeClause(clause, index === 0, own, scopes);
  });
  const results = node.kind === 'Comprehension' ? [node.element] : [node.key, node.value];
  for (const result of results) analyzeExpression(result, own, scopes);
}

function analyzeClause(
  clause: ComprehensionClause,
  isFirst: boolean,
  own: Scope,
  scopes: Map<object, Scope>,
): void {
  if (clause.kind === 'if') analyzeExpression(clause.test, own, scopes);
  else {
    bindTarget(clause.target, own);
    analyzeExpression(clause.target, own, scopes);
    if (!isFirst) analyzeExpression(clause.iterable, own, scopes);
  }
}

function bindTarget(target: Expression, scope: Scope): void {
  if (target.kind === 'Name') scope.bind(target.name);
  else if (target.kind === 'TupleDisplay' || target.kind === 'ListDisplay') {
    for (const element of target.elements) bindTarget(element, scope);
  } else if (target.kind === 'Starred') bindTarget(target.value, scope);
}
