import type {
  DictDisplay,
  Expression,
  FormattedField,
  FormattedString,
  ListDisplay,
  SetDisplay,
  TupleDisplay,
} from '../ast.js';
import { formatValue } from '../text/format-value.js';
import type { Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { List } from '../values/list.js';
import { PySet } from '../values/set.js';
import { EMPTY_TUPLE, Tuple } from '../values/tuple.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import type { Evaluate, Frame } from './frame.js';

/** `[a, *b]` and `(a, *b)` */
export function compileItems(node: ListDisplay | TupleDisplay, context: Context): Evaluate {
  const { runtime } = context.unit;
  const items = compileElements(node.elements, context);
  const bytes = 24 + 8 * node.elements.length;
  const site = siteOf(node, context);
  const isList = node.kind === 'ListDisplay';
  if (!isList && node.elements.length === 0) return () => EMPTY_TUPLE;
  return (frame) => {
    const values = items(frame);
    runtime.node = site;
    runtime.budget.bytes(bytes);
    return isList ? new List(values) : new Tuple(values);
  };
}

/** `{a, b}` */
export function compileSet(node: SetDisplay, context: Context): Evaluate {
  const { runtime } = context.unit;
  const items = compileElements(node.elements, context);
  const site = siteOf(node, context);
  return (frame) => {
    const values = items(frame);
    runtime.node = site;
    return new PySet(values, runtime);
  };
}

/** `{key: value, **other}` */
export function compileDict(node: DictDisplay, context: Context): Evaluate {
  const { runtime } = context.unit;
  const entries = node.entries.map(({ key, value }) => ({
    key: key && compileExpression(key, context),
    value: compileExpression(value, context),
    site: siteOf(key ?? value, context),
  }));
  return (frame) => {
    const dict = new Dict();
    for (const { key, value, site } of entries) {
      if (key === undefined) {
        const other = value(frame);
        runtime.node = site;
        runtime.updateDict(dict, other);
        continue;
      }
      const keyValue = key(frame);
      const item = value(frame);
      runtime.node = site;
      dict.set(keyValue, item, runtime);
    }
    return dict;
  };
}

/** Elements of a display, with `*values` spread. */
export function compileElements(nodes: readonly Expression[], context: Context): (frame: Frame) => Value[] {
  if (nodes.some(({ kind }) => kind === 'Starred')) return compileSpread(nodes, context);
  const elements = nodes.map((node) => compileExpression(node, context));
  const count = elements.length;
  return (frame) => {
    const values = new Array<Value>(count);
    for (let i = 0; i < count; i++) values[i] = (elements[i] as Evaluate)(frame);
    return values;
  };
}

function compileSpread(nodes: readonly Expression[], context: Context): (frame: Frame) => Value[] {
  const { runtime } = context.unit;
  const parts = nodes.map((node) => ({
    spread: node.kind === 'Starred',
    value: compileExpression(node.kind === 'Starred' ? node.value : node, context),
    site: siteOf(node, context),
  }));
  return (frame) => {
    const values: Value[] = [];
    for (const { spread, value, site } of parts) {
      const item = value(frame);
      if (!spread) values.push(item);
      else {
        runtime.node = site;
        for (const inner of runtime.collect(item)) values.push(inner);
      }
    }
    return values;
  };
}

/** `f'{value!r:>{width}}'` */
export function compileFormatted(node: FormattedString, context: Context): Evaluate {
  const parts = node.parts.map((part) =>
    typeof part === 'string' ? () => part : compileField(part, context),
  );
  const { runtime } = context.unit;
  return (frame) => {
    let text = '';
    for (const part of parts) text += part(frame);
    runtime.charge(1, text.length);
    return text;
  };
}

function compileField(field: FormattedField, context: Context): (frame: Frame) => string {
  const { runtime } = context.unit;
  const value = compileExpression(field.value, context);
  const site = siteOf(field.value, context);
  const format = field.format.map((part) =>
    typeof part === 'string' ? () => part : compileField(part, context),
  );
  const { label = '', conversion } = field;
  // `{x=}` shows the repr unless a format or conversion says otherwise.
  const asRepr =
    conversion === 'r' ||
    conversion === 'a' ||
    (conversion === undefined && field.label !== undefined && format.length === 0);
  return (frame) => {
    const result = value(frame);
    const spec = format.map((part) => part(frame)).join('');
    runtime.node = site;
    const shown = asRepr ? runtime.repr(result) : conversion === 's' ? runtime.str(result) : result;
    return label + formatValue(shown, spec, runtime);
  };
}
