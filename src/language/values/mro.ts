import type { Runtime } from '../value.js';
import { BuiltinType } from './builtin-type.js';
import type { ClassLike, UserClass } from './user-class.js';

/** The C3 order of Python 2.3 and later: each class before its bases, bases in the order they are written. */
export function methodResolutionOrder(
  cls: UserClass,
  bases: readonly ClassLike[],
  runtime: Runtime,
): readonly ClassLike[] {
  const lists = [...bases.map((base) => [...orderOf(base)]), [...bases]].filter((list) => list.length > 0);
  const order: ClassLike[] = [cls];
  while (lists.some((list) => list.length > 0)) {
    const next = lists
      .map((list) => list[0])
      .find((head) => head !== undefined && !lists.some((list) => list.indexOf(head) > 0));
    if (next === undefined) {
      const names = bases.map((base) => base.name).join(', ');
      return runtime.raise(
        'TypeError',
        `Cannot create a consistent method resolution order (MRO) for bases ${names}`,
      );
    }
    order.push(next);
    for (const list of lists) if (list[0] === next) list.shift();
  }
  return order;
}

function orderOf(base: ClassLike): readonly ClassLike[] {
  if (!(base instanceof BuiltinType)) return base.order;
  const order: BuiltinType[] = [];
  for (let type: BuiltinType | undefined = base; type; type = type.parent) order.push(type);
  return order;
}
