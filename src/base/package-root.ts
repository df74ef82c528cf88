import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from './assert.js';
import { diskFileSystem } from './file-system.js';

/** The nearest folder above this module that has a package.json: right from src/ and from the bundle in dist/. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!diskFileSystem.exists(join(folder, 'package.json'))) {
    assert(folder !== dirname(folder), 'no package.json above the program');
    folder = dirname(folder);
  }
  return folder;
}
