import { PyObject, type Value } from '../language/value.js';
import { ModuleObject } from '../language/values/module.js';
import { Environment } from './environment.js';
import { PystachioObject } from './pystachio-object.js';
import { TypeCheck } from './type-check.js';

/** A class of the library that configs can see and ask `isinstance` about, and that they never make objects of. */
class LibraryClass extends PyObject {
  constructor(
    readonly module: string,
    readonly name: string,
    readonly has: (value: Value) => boolean,
  ) {
    super();
  }

  typeName(): string {
    return 'type';
  }

  override getAttribute(name: string): Value | undefined {
    if (name === '__name__') return this.name;
    if (name === '__module__') return this.module;
    return undefined;
  }

  override isInstance(value: Value): boolean {
    return this.has(value);
  }

  override repr(): string {
    return `<class '${this.module}.${this.name}'>`;
  }
}

const isObject = (value: Value): boolean => value instanceof PystachioObject;
const isNamable = (value: Value): boolean =>
  value instanceof Environment || (value instanceof PystachioObject && value.isDereferenceable());

/** `Namable`, `Type` and the like: names that `from pystachio import *` brings along. */
export function libraryClasses(): ReadonlyArray<readonly [string, Value]> {
  const classes = [
    new LibraryClass('pystachio.naming', 'Namable', isNamable),
    new LibraryClass('pystachio.parsing', 'MustacheParser', () => false),
    new LibraryClass('pystachio.typing', 'Type', isObject),
    new LibraryClass('pystachio.typing', 'TypeCheck', (value) => value instanceof TypeCheck),
    new LibraryClass('pystachio.typing', 'TypeFactory', () => false),
  ];
  return classes.map((each) => [each.name, each]);
}

/** The parts of the library as its own modules hold them. */
const PARTS: ReadonlyArray<readonly [module: string, names: readonly string[]]> = [
  ['base', ['Environment', 'MustacheParser', 'Namable', 'Ref', 'Type', 'TypeCheck']],
  ['basic', ['Boolean', 'Enum', 'Float', 'Integer', 'String', 'Type', 'TypeCheck', 'TypeFactory']],
  ['choice', ['Choice', 'Type', 'TypeCheck', 'TypeFactory']],
  ['compatibility', []],
  ['composite', ['Default', 'Empty', 'Required', 'Struct', 'Environment', 'Namable', 'Type', 'TypeCheck']],
  ['config', []],
  ['container', ['List', 'Map', 'Namable', 'Ref', 'Type', 'TypeCheck', 'TypeFactory']],
  ['naming', ['Namable', 'Ref']],
  ['parsing', ['MustacheParser', 'Ref']],
  ['typing', ['Type', 'TypeCheck', 'TypeFactory']],
];

/**
 * The modules of the library. `import *` of a package brings its modules along, so a config sees them under their
 * short names: `composite.Empty`.
 */
export function libraryModules(
  names: ReadonlyMap<string, Value>,
): ReadonlyArray<readonly [string, ModuleObject]> {
  return PARTS.map(([part, members]) => {
    const held = members.flatMap((name): Array<[string, Value]> => {
      const value = names.get(name);
      return value === undefined ? [] : [[name, value]];
    });
    return [part, new ModuleObject(`pystachio.${part}`, new Map(held))];
  });
}
