import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../base/assert.js';
import { diskFileSystem } from '../base/file-system.js';
import { parseSchema } from './parse-schema.js';
import type { Schema } from './schema.js';

const loaded = new Map<string, Schema>();

/** The schema of `grammar/NAME`, parsed once a process. */
export function loadSchema(name: 'api.thrift' | 'thermos.thrift'): Schema {
  let schema = loaded.get(name);
  if (!schema) {
    const path = join(packageRoot(), 'grammar', name);
    schema = parseSchema(diskFileSystem.readText(path), path);
    loaded.set(name, schema);
  }
  return schema;
}

/** The nearest folder above this module that has a package.json: right from src/ and from the bundle in dist/. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!diskFileSystem.exists(join(folder, 'package.json'))) {
    assert(folder !== dirname(folder), 'no package.json above the program');
    folder = dirname(folder);
  }
  return folder;
}
