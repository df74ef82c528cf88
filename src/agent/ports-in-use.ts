import type { FileSystem } from '../base/file-system.js';

/**
 * What of a dead task's ports somebody else listens on, in words; undefined when none is, or when the system
 * does not tell (only Linux does, in /proc/net/tcp: `SL LOCAL:PORT REMOTE:PORT STATE ...`, hexadecimal, LISTEN is 0A).
 */
export function portsInUse(fileSystem: FileSystem, ports: ReadonlyMap<string, number>): string | undefined {
  if (ports.size === 0) return undefined;
  const listening = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => listeners(fileSystem, path)),
  );
  const taken = [...ports]
    .filter(([, port]) => listening.has(port))
    .map(([name, port]) => `${name} (${port})`);
  if (taken.length === 0) return undefined;
  const ending = taken.length === 1 ? 'port' : 'ports';
  return `${ending} ${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} in use by a process of somebody else`;
}

function listeners(fileSystem: FileSystem, path: string): number[] {
  let text: string;
  try {
    text = fileSystem.readText(path);
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const match = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line);
    return match ? [parseInt(match[1] ?? '', 16)] : [];
  });
}
