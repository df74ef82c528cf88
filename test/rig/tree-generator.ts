import fc, { type Arbitrary } from 'fast-check';
import type {
  Argument,
  ComprehensionClause,
  Expression,
  FormattedField,
  Parameter,
  Parameters,
  Statement,
  Target,
} from '../../src/language/ast.js';
import { printExpression } from '../../src/language/printer.js';
import { PRECEDENCE } from '../../src/language/operators.js';

/** Trees that the parser can give, for properties. Offsets are zero. */
const at = { start: 0, end: 0 };

const names = fc.constantFrom('a', 'b', 'job', 'print', 'exec', 'nonlocal', 'async', 'match', 'é', '_x1');
const plainNames = fc.constantFrom('a', 'b', 'c', 'd', 'x_1');
const texts = fc.oneof(
  fc.string({ maxLength: 8, unit: 'binary' }),
  fc.constantFrom(
    '',
    "'",
    '"',
    `'"`,
    '\\',
    '\\n',
    '\n',
    '{',
    '}',
    '{{x}}',
    "'''",
    '\ud800',
    '\u00e9',
    '# no',
    '%s',
  ),
);
const bytes = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 5 })
  .map((codes) => String.fromCharCode(...codes));

const name: Arbitrary<Expression> = names.map((n) => ({ kind: 'Name', ...at, name: n }));
const number: Arbitrary<Expression> = fc.oneof(
  fc.nat().map((value) => numberLiteral(value, false, false)),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }).map((value) => numberLiteral(value, false, false)),
  fc.double({ min: 0, noNaN: true }).map((value) => numberLiteral(Math.abs(value), true, false)),
  fc.double({ min: 0, noNaN: true }).map((value) => numberLiteral(Math.abs(value), true, true)),
);
const atoms: Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: name },
  number,
  texts.map((value): Expression => ({ kind: 'StringLiteral', ...at, value })),
  bytes.map((value): Expression => ({ kind: 'BytesLiteral', ...at, value })),
  fc
    .constantFrom(null, true, false, 'ellipsis' as const)
    .map((value): Expression => ({ kind: 'Constant', ...at, value })),
);

function numberLiteral(value: number | bigint, isFloat: boolean, isImaginary: boolean): Expression {
  return { kind: 'NumberLiteral', ...at, value, isFloat, isImaginary };
}

const binaryOperators = [...PRECEDENCE.keys()].filter(
  (o) => !/[a-z<>=!]/.test(o) || o === '<<' || o === '>>',
);

/** Expressions of at most the given depth. */
export function expressions(depth = 3): Arbitrary<Expression> {
  if (depth === 0) return atoms;
  const inner = expressions(depth - 1);
  const some = (max = 3): Arbitrary<Expression[]> => fc.array(inner, { maxLength: max });
  const star: Arbitrary<Expression> = inner.map((value) => ({ kind: 'Starred', ...at, value }));
  const elements = fc.array(fc.oneof({ weight: 4, arbitrary: inner }, star), { maxLength: 3 });
  const clauses = comprehensionClauses(inner);
  return fc.oneof(
    { weight: 2, arbitrary: atoms },
    elements.map((list): Expression => ({ kind: 'TupleDisplay', ...at, elements: list })),
    elements.map((list): Expression => ({ kind: 'ListDisplay', ...at, elements: list })),
    fc
      .tuple(inner, elements)
      .map(([one, list]): Expression => ({ kind: 'SetDisplay', ...at, elements: [one, ...list] })),
    fc
      .array(fc.record({ key: fc.option(inner, { nil: undefined, freq: 5 }), value: inner }), {
        maxLength: 3,
      })
      .map((entries): Expression => ({ kind: 'DictDisplay', ...at, entries })),
    fc
      .tuple(fc.constantFrom('list' as const, 'set' as const, 'generator' as const), inner, clauses)
      .map(([result, element, c]): Expression => ({
        kind: 'Comprehension',
        ...at,
        result,
        element,
        clauses: c,
      })),
    fc
      .tuple(inner, inner, clauses)
      .map(([key, value, c]): Expression => ({ kind: 'DictComprehension', ...at, key, value, clauses: c })),
    fc
      .tuple(fc.constantFrom('-' as const, '+' as const, '~' as const, 'not' as const), inner)
      .map(([operator, operand]): Expression => ({ kind: 'Unary', ...at, operator, operand })),
    fc
      .tuple(fc.constantFrom(...binaryOperators), inner, inner)
      .map(([operator, left, right]) => ({ kind: 'Binary', ...at, operator, left, right }) as Expression),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), inner, inner, some(1))
      .map(([operator, a, b, more]): Expression => ({
        kind: 'BooleanOperation',
        ...at,
        operator,
        operands: [a, b, ...more],
      })),
    fc
      .tuple(
        inner,
        fc.array(
          fc.record({
            operator: fc.constantFrom('<', '<=', '>', '>=', '==', '!=', 'in', 'not in', 'is', 'is not'),
            operand: inner,
          }),
          { minLength: 1, maxLength: 2 },
        ),
      )
      .map(([first, rest]): Expression => ({ kind: 'Comparison', ...at, first, rest })),
    fc
      .tuple(inner, inner, inner)
      .map(([test, body, orElse]): Expression => ({ kind: 'Conditional', ...at, test, body, orElse })),
    fc
      .tuple(parameters(inner, false), inner)
      .map(([p, body]): Expression => ({ kind: 'Lambda', ...at, parameters: p, body })),
    fc
      .tuple(inner, callArguments(inner))
      .map(([callee, args]): Expression => ({ kind: 'Call', ...at, callee, arguments: args })),
    fc
      .tuple(inner, names)
      .map(([object, n]): Expression => ({ kind: 'Attribute', ...at, object, name: n, nameStart: 0 })),
    fc
      .tuple(inner, subscripts(inner))
      .map(([object, index]): Expression => ({ kind: 'Subscript', ...at, object, index })),
    fc.tuple(plainNames, inner).map(([n, value]): Expression => ({
      kind: 'NamedExpression',
      ...at,
      target: { kind: 'Name', ...at, name: n },
      value,
    })),
    formattedStrings(inner),
  );
}

function comprehensionClauses(inner: Arbitrary<Expression>): Arbitrary<ComprehensionClause[]> {
  const forClause = fc.record({ kind: fc.constant('for' as const), target: targets(1), iterable: inner });
  const ifClause = fc.record({ kind: fc.constant('if' as const), test: inner });
  return fc
    .tuple(forClause, fc.array(fc.oneof(forClause, ifClause), { maxLength: 2 }))
    .map(([first, rest]) => [first, ...rest]);
}

function subscripts(inner: Arbitrary<Expression>): Arbitrary<Expression> {
  const part = fc.option(inner, { nil: undefined });
  const slice = fc
    .record({ lower: part, upper: part, step: part })
    .map((s): Expression => ({ kind: 'Slice', ...at, ...s }));
  const tuple = fc
    .array(fc.oneof(inner, slice), { minLength: 1, maxLength: 3 })
    .map((elements): Expression => ({ kind: 'TupleDisplay', ...at, elements }));
  return fc.oneof(inner, slice, tuple);
}

function callArguments(inner: Arbitrary<Expression>): Arbitrary<Argument[]> {
  const positional = fc.record({
    kind: fc.constantFrom('positional' as const, 'star' as const),
    value: inner,
  });
  const keyword = fc.record({ name: names, value: inner });
  return fc
    .tuple(
      fc.array(positional, { maxLength: 2 }),
      fc.uniqueArray(keyword, { maxLength: 2, selector: (k) => k.name }),
      fc.option(inner, { nil: undefined }),
    )
    .map(([first, keywords, last]): Argument[] => [
      ...first.map(({ kind, value }) => ({ kind, ...at, name: '', value })),
      ...keywords.map(({ name: n, value }) => ({ kind: 'keyword' as const, ...at, name: n, value })),
      ...(last ? [{ kind: 'doubleStar' as const, ...at, name: '', value: last }] : []),
    ]);
}

function parameters(inner: Arbitrary<Expression>, annotated: boolean): Arbitrary<Parameters> {
  const annotation = annotated ? fc.option(inner, { nil: undefined }) : fc.constant(undefined);
  const initial = fc.option(inner, { nil: undefined });
  return fc
    .record({
      all: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'print'), { maxLength: 5 }),
      annotations: fc.array(annotation, { minLength: 6, maxLength: 6 }),
      initials: fc.array(initial, { minLength: 6, maxLength: 6 }),
      positional: fc.nat(5),
      only: fc.nat(2),
      star: fc.boolean(),
      stars: fc.boolean(),
      tuple: fc.boolean(),
    })
    .map(({ all, annotations, initials, positional, only, star, stars, tuple }) => {
      const make = (n: string, index: number, bare: boolean): Parameter => ({
        ...at,
        name: n,
        pattern: undefined,
        default: bare ? undefined : initials[index],
        annotation: annotations[index],
      });
      const rest = all.map((n, index) => ({ n, index }));
      const front = rest.splice(0, positional);
      let withDefault = false;
      const list = front.map(({ n, index }) => {
        const parameter = make(n, index, false);
        withDefault ||= parameter.default !== undefined;
        return withDefault && !parameter.default
          ? { ...parameter, default: numberLiteral(1, false, false) }
          : parameter;
      });
      const [first] = list;
      if (tuple && first) {
        const element: Target = { kind: 'Name', ...at, name: first.name };
        list[0] = { ...first, name: '', pattern: { kind: 'TupleDisplay', ...at, elements: [element] } };
      }
      const varArgs = star ? rest.shift() : undefined;
      const varKeywords = stars ? rest.pop() : undefined;
      return {
        positional: list,
        positionalOnly: Math.min(only, list.length),
        varArgs: varArgs && make(varArgs.n, varArgs.index, true),
        keywordOnly: rest.map(({ n, index }) => make(n, index, false)),
        varKeywords: varKeywords && make(varKeywords.n, varKeywords.index, true),
      };
    });
}

function formattedStrings(inner: Arbitrary<Expression>): Arbitrary<Expression> {
  const field = (depth: number): Arbitrary<FormattedField> =>
    fc
      .record({
        value: inner,
        labelled: fc.boolean(),
        conversion: fc.constantFrom(undefined, 'r' as const, 's' as const, 'a' as const),
        format:
          depth === 0 ? fc.constant([]) : fc.array(fc.oneof(formatTexts, field(depth - 1)), { maxLength: 2 }),
      })
      .map(({ value, labelled, conversion, format }) => {
        const label = labelled && value.kind === 'Name' ? `${printExpression(value)} = ` : undefined;
        return { ...at, value, label, conversion, format: joined(format) };
      });
  return fc.array(fc.oneof(texts, field(1)), { maxLength: 3 }).map((parts): Expression => ({
    kind: 'FormattedString',
    ...at,
    parts: joined(parts.filter((part) => part !== '')),
  }));
}

const formatTexts = fc.constantFrom('>', '10', '.2f', '{', "'", '\\');

function joined<T>(parts: ReadonlyArray<string | T>): Array<string | T> {
  const result: Array<string | T> = [];
  for (const part of parts) {
    const last = result[result.length - 1];
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else result.push(part);
  }
  return result;
}

export function targets(depth = 1): Arbitrary<Target> {
  const simple: Arbitrary<Target> = fc.oneof(
    { weight: 3, arbitrary: names.map((n): Target => ({ kind: 'Name', ...at, name: n })) },
    fc
      .tuple(name, names)
      .map(([object, n]): Target => ({ kind: 'Attribute', ...at, object, name: n, nameStart: 0 })),
    fc.tuple(name, atoms).map(([object, index]): Target => ({ kind: 'Subscript', ...at, object, index })),
  );
  if (depth === 0) return simple;
  const inner = targets(depth - 1);
  const list = fc.array(inner, { maxLength: 3 });
  return fc.oneof(
    simple,
    list.map((elements): Target => ({ kind: 'TupleDisplay', ...at, elements })),
    list.map((elements): Target => ({ kind: 'ListDisplay', ...at, elements })),
    fc.tuple(inner, list).map(([value, more]): Target => ({
      kind: 'TupleDisplay',
      ...at,
      elements: [{ kind: 'Starred', ...at, value }, ...more],
    })),
  );
}

/** Statements of a function's loop, where every statement may stand. */
export function statements(depth = 2): Arbitrary<Statement> {
  const e = expressions(2);
  const maybe = fc.option(e, { nil: undefined });
  const single = targets(0);
  const aliases = fc.array(
    fc.record({ name: plainNames, alias: fc.option(plainNames, { nil: undefined }) }),
    { minLength: 1, maxLength: 2 },
  );
  const simple: Arbitrary<Statement> = fc.oneof(
    e.map((value) => ({ kind: 'ExpressionStatement' as const, ...at, value })),
    fc
      .tuple(fc.array(targets(1), { minLength: 1, maxLength: 2 }), e)
      .map(([t, value]) => ({ kind: 'Assignment' as const, ...at, targets: t, value })),
    fc
      .tuple(single, fc.constantFrom(...binaryOperators), e)
      .map(
        ([target, operator, value]) =>
          ({ kind: 'AugmentedAssignment', ...at, target, operator, value }) as Statement,
      ),
    fc
      .tuple(single, e, maybe)
      .map(
        ([target, annotation, value]) =>
          ({ kind: 'AnnotatedAssignment', ...at, target, annotation, value }) as Statement,
      ),
    fc
      .tuple(maybe, fc.array(e, { maxLength: 2 }), fc.boolean())
      .map(([file, values, newline]) => printStatement(file, values, newline)),
    fc.tuple(e, maybe, maybe).map(([code, globals, locals]): Statement => {
      const plain: Expression =
        code.kind === 'TupleDisplay' ? { kind: 'ListDisplay', ...at, elements: code.elements } : code;
      return { kind: 'Exec', ...at, code: plain, globals, locals: globals && locals };
    }),
    fc
      .array(targets(0), { minLength: 1, maxLength: 2 })
      .map((t) => ({ kind: 'Delete' as const, ...at, targets: t })),
    fc.constantFrom<Statement>(
      { kind: 'Pass', ...at },
      { kind: 'Break', ...at },
      { kind: 'Continue', ...at },
    ),
    maybe.map((value) => ({ kind: 'Return' as const, ...at, value })),
    maybe.map((value): Statement => ({
      kind: 'ExpressionStatement',
      ...at,
      value: { kind: 'Yield', ...at, value },
    })),
    fc.tuple(single, e).map(([t, value]): Statement => ({
      kind: 'Assignment',
      ...at,
      targets: [t],
      value: { kind: 'YieldFrom', ...at, value },
    })),
    fc.tuple(maybe, maybe, maybe, maybe).map(([exception, value, traceback, cause]): Statement => ({
      kind: 'Raise',
      ...at,
      exception,
      value: exception && (cause ? undefined : value),
      traceback: exception && value && !cause ? traceback : undefined,
      cause: exception && cause,
    })),
    fc.tuple(e, maybe).map(([test, message]) => ({ kind: 'Assert' as const, ...at, test, message })),
    fc
      .tuple(
        fc.constantFrom('Global' as const, 'Nonlocal' as const),
        fc.array(plainNames, { minLength: 1, maxLength: 2 }),
      )
      .map(([kind, n]) => ({ kind, ...at, names: n })),
    aliases.map((list) => ({
      kind: 'Import' as const,
      ...at,
      names: list.map((one) => ({ ...at, ...one })),
    })),
    fc
      .tuple(plainNames, fc.nat(4), fc.option(aliases, { nil: '*' as const }))
      .map(([module, level, list]): Statement => ({
        kind: 'ImportFrom',
        ...at,
        module,
        level,
        names: list === '*' ? '*' : list.map((one) => ({ ...at, ...one })),
      })),
  );
  if (depth === 0) return simple;
  const body = fc.array(statements(depth - 1), { minLength: 1, maxLength: 3 });
  const orElse = fc.oneof(fc.constant([]), body);
  return fc.oneof(
    { weight: 4, arbitrary: simple },
    fc
      .tuple(fc.constantFrom('If' as const, 'While' as const), e, body, orElse)
      .map(([kind, test, b, o]) => ({ kind, ...at, test, body: b, orElse: o })),
    fc.tuple(targets(1), e, body, orElse).map(([target, iterable, b, o]) => ({
      kind: 'For' as const,
      ...at,
      target,
      iterable,
      body: b,
      orElse: o,
    })),
    fc
      .tuple(
        fc.array(fc.record({ context: e, target: fc.option(targets(1), { nil: undefined }) }), {
          minLength: 1,
          maxLength: 2,
        }),
        body,
      )
      .map(([items, b]) => ({
        kind: 'With' as const,
        ...at,
        items: items.map((item) => ({ ...at, ...item })),
        body: b,
      })),
    fc
      .tuple(
        body,
        fc.array(fc.tuple(e, fc.option(targets(0), { nil: undefined }), body), { maxLength: 2 }),
        fc.boolean(),
        orElse,
        body,
      )
      .map(([b, handlers, bare, o, f]): Statement => ({
        kind: 'Try',
        ...at,
        body: b,
        handlers: [
          ...handlers.map(([type, target, block]) => ({ ...at, type, target, body: block })),
          ...(bare ? [{ ...at, type: undefined, target: undefined, body: b }] : []),
        ],
        orElse: o,
        finalBody: handlers.length > 0 || bare ? [] : f,
      })),
    fc
      .tuple(plainNames, parameters(e, true), body, fc.array(e, { maxLength: 1 }))
      .map(([n, p, b, decorators]): Statement => ({
        kind: 'FunctionDefinition',
        ...at,
        name: n,
        nameStart: 0,
        parameters: p,
        // The body stands in a loop, so that all statements are allowed in it.
        body: [{ kind: 'While', ...at, test: { kind: 'Name', ...at, name: 'a' }, body: b, orElse: [] }],
        decorators,
      })),
    fc
      .tuple(plainNames, callArguments(e), e, fc.array(e, { maxLength: 1 }))
      .map(([n, bases, value, decorators]): Statement => ({
        kind: 'ClassDefinition',
        ...at,
        name: n,
        nameStart: 0,
        bases,
        body: [{ kind: 'ExpressionStatement', ...at, value }],
        decorators,
      })),
  );
}

/** `print (a, b)` and the like are calls: only what cannot be one is a statement. */
function printStatement(file: Expression | undefined, values: Expression[], newline: boolean): Statement {
  const ended = newline || values.length === 0;
  const [first] = values;
  const asCall = !file && values.length === 1 && ended && first && printExpression(first).startsWith('(');
  return { kind: 'Print', ...at, file, values: asCall ? [name1, ...values] : values, newline: ended };
}

const name1: Expression = { kind: 'Name', ...at, name: 'a' };
