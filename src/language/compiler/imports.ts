import type { Import, ImportAlias, ImportFrom } from '../ast.js';
import { siteOf, type Context } from './context.js';
import { NORMAL, type Execute, type Frame } from './frame.js';
import { compileNameStore } from './names.js';

/** `import a.b as c`: without `as` the name bound is that of the outermost package. */
export function compileImport(node: Import, context: Context): Execute {
  const { runtime, file } = context.unit;
  const imports = node.names.map((alias) => {
    const bound = alias.alias ?? alias.name.split('.')[0] ?? alias.name;
    return { alias, site: siteOf(alias, context), store: compileNameStore(alias, bound, context) };
  });
  return (frame) => {
    for (const { alias, site, store } of imports) {
      runtime.node = site;
      const module = runtime.modules.load(alias.name, file);
      store(frame, alias.alias === undefined ? runtime.modules.outermost(alias.name, module) : module);
    }
    return NORMAL;
  };
}

/** `from a import b as c`, `from .beside import d`, `from a import *` */
export function compileImportFrom(node: ImportFrom, context: Context): Execute {
  const { runtime, file, globals } = context.unit;
  const site = siteOf(node, context);
  if (node.module === '__future__') return () => NORMAL;
  if (node.names === '*') {
    return () => {
      runtime.node = site;
      for (const [name, value] of runtime.modules.publicNames(node.module, node.level, file)) {
        const slot = globals.slot(name);
        slot.value = value;
        slot.site = site;
      }
      return NORMAL;
    };
  }
  const imports = node.names.map((alias: ImportAlias) => ({
    name: alias.name,
    site: siteOf(alias, context),
    store: compileNameStore(alias, alias.alias ?? alias.name, context),
  }));
  return (frame: Frame) => {
    for (const entry of imports) {
      runtime.node = entry.site;
      entry.store(frame, runtime.modules.member(node.module, node.level, entry.name, file));
    }
    return NORMAL;
  };
}
