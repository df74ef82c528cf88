import { Dict } from '../values/dict.js';
import { List } from '../values/list.js';
import { FrozenSet, PySet } from '../values/set.js';
import { Tuple } from '../values/tuple.js';
import { dictMethods } from './dict-methods.js';
import { listMethods } from './list-methods.js';
import { frozenSetMethods, setMethods } from './set-methods.js';
import { tupleMethods } from './tuple-methods.js';

/** Joins the containers and their methods, which are written in terms of the containers: neither imports the other. */
export function giveMethods(): void {
  Dict.table = dictMethods;
  List.table = listMethods;
  Tuple.table = tupleMethods;
  PySet.table = setMethods;
  FrozenSet.table = frozenSetMethods;
}
