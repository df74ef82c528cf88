import { methodTable, type MethodTable } from '../values/method-table.js';
import { stringCaseRows } from './string-case.js';
import { stringSearchRows } from './string-search.js';
import { stringSplitRows } from './string-split.js';
import { stringTextRows } from './string-text.js';

/** All methods of text; Python 2's `str` and `unicode` and Python 3's `bytes` share them. */
export const stringMethods: MethodTable<string> = methodTable<string>([
  ...stringCaseRows,
  ...stringSearchRows,
  ...stringSplitRows,
  ...stringTextRows,
]);
