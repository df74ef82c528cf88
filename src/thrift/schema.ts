/**
 * The types that a `.thrift` file defines, resolved: every name is a direct reference. Values are plain
 * data: structs are objects with absent fields absent, unions objects with exactly one key, enums their
 * names, lists and sets arrays, maps `Map`s, every integer a number (refused beyond 2^53).
 */
export interface Schema {
  readonly enums: ReadonlyMap<string, EnumType>;
  readonly structs: ReadonlyMap<string, StructType>;
  /** By method name; a service's inherited methods are listed once. */
  readonly methods: ReadonlyMap<string, Method>;
}

export type ScalarKind = 'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'double' | 'string';

export type ValueType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'enum'; readonly enum: EnumType }
  | { readonly kind: 'struct'; readonly struct: StructType }
  | { readonly kind: 'list' | 'set'; readonly element: ValueType }
  | { readonly kind: 'map'; readonly key: ValueType; readonly value: ValueType };

export interface EnumType {
  readonly name: string;
  readonly numberOf: ReadonlyMap<string, number>;
  readonly nameOf: ReadonlyMap<number, string>;
}

export interface StructType {
  readonly name: string;
  readonly isUnion: boolean;
  /** In order of their ids, the order of the original's encoders. */
  readonly fields: readonly Field[];
}

export interface Field {
  readonly id: number;
  readonly name: string;
  readonly optional: boolean;
  readonly type: ValueType;
}

export interface Method {
  readonly name: string;
  /** The service that declares it. */
  readonly service: string;
  readonly parameters: StructType;
  readonly result: ValueType;
}

/** Type numbers of the binary protocol. */
export const WIRE_TYPES = {
  stop: 0,
  bool: 2,
  i8: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;

export function wireType(type: ValueType): number {
  return WIRE_TYPES[type.kind === 'enum' ? 'i32' : type.kind];
}

export const INTEGER_RANGES: Readonly<Record<'i8' | 'i16' | 'i32' | 'i64', readonly [number, number]>> = {
  i8: [-128, 127],
  i16: [-(2 ** 15), 2 ** 15 - 1],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  i64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};
