import type { FileStat } from '../../src/base/file-system.js';
import type { Host } from '../../src/language/host.js';

/** Files that exist only here, below one folder: all that a case of the language may read. */
export function memoryFiles(root: string, files: Readonly<Record<string, string>>): Host['files'] {
  const contents = new Map(
    Object.entries(files).map(([path, text]) => [`${root}/${path}`, Buffer.from(text, 'utf8')]),
  );
  const folders = new Set<string>([root]);
  for (const path of contents.keys()) {
    for (let end = path.lastIndexOf('/'); end > root.length; end = path.lastIndexOf('/', end - 1)) {
      folders.add(path.slice(0, end));
    }
  }
  const stat = (path: string): FileStat | undefined => {
    const plain = normalize(path);
    const content = contents.get(plain);
    if (!content && !folders.has(plain)) return undefined;
    return {
      kind: content ? 'file' : 'directory',
      size: content?.length ?? 0,
      modifiedMs: 0,
      inode: 1,
      mode: content ? 0o644 : 0o755,
      uid: 1000,
    };
  };
  return {
    stat,
    lstat: stat,
    readFile: (path) => {
      const content = contents.get(normalize(path));
      if (content) return content;
      throw notFound(path);
    },
    realpath: (path) => {
      if (stat(path)) return normalize(path);
      throw notFound(path);
    },
    readDirectory: (path) => {
      const prefix = `${normalize(path)}/`;
      const names = [...contents.keys(), ...folders].filter((each) => each.startsWith(prefix));
      return [...new Set(names.map((each) => each.slice(prefix.length).split('/')[0] ?? ''))].sort();
    },
  };
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function notFound(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
}
