import { join } from 'node:path';
import { diskFileSystem } from '../base/file-system.js';
import { packageRoot } from '../base/package-root.js';
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
