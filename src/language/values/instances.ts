import { ExceptionObject } from '../exceptions/exception-object.js';
import { Dict } from './dict.js';
import { instanceOf } from './instance.js';
import { List } from './list.js';
import { Scalar } from './scalar.js';
import { FrozenSet, PySet } from './set.js';
import { Tuple } from './tuple.js';

/** Instances of classes that derive from a built-in type. */
export const DictInstance = instanceOf(Dict);
export const ListInstance = instanceOf(List);
export const TupleInstance = instanceOf(Tuple);
export const SetInstance = instanceOf(PySet);
export const FrozenSetInstance = instanceOf(FrozenSet);
export const ScalarInstance = instanceOf(Scalar);
export const ExceptionInstance = instanceOf(ExceptionObject);
