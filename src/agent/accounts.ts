import { execFile } from 'node:child_process';
import type { FileSystem } from '../base/file-system.js';
import type { UserAccount } from '../thermos/task-runner-options.js';

/** Finds the account of a role: /etc/passwd first, then whatever else the host asks (`getent`). */
export async function findAccount(fileSystem: FileSystem, name: string): Promise<UserAccount | undefined> {
  let text = '';
  try {
    text = fileSystem.readText('/etc/passwd');
  } catch {
    // No such file: getent may still know.
  }
  return parsePasswd(text, name) ?? parsePasswd(await askNameService(name), name);
}

/** `name:password:uid:gid:comment:home:shell` lines. */
export function parsePasswd(text: string, name: string): UserAccount | undefined {
  for (const line of text.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user !== name || uid === undefined || gid === undefined) continue;
    if (/^\d+$/.test(uid) && /^\d+$/.test(gid)) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function askNameService(name: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('getent', ['passwd', '--', name], { timeout: 5000 }, (_error, stdout) => {
      resolve(stdout);
    });
  });
}
