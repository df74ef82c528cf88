import type { Value } from '../value.js';
import type { MethodBody } from '../values/method-table.js';

/** One line of a method table. */
export type Row<Self extends Value> = readonly [name: string, parameters: string, body: MethodBody<Self>];
