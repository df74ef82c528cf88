import { execFile } from 'node:child_process';
import type { FileSystem } from '../base/file-system.js';
import type { UserAccount } from '../thermos/task-runner-options.js';
import { parsePasswd } from '../thermos/user-account.js';

/** Finds the account of a role: /etc/passwd first, then whatever else the host asks (`getent`). */
export async function findAccount(fileSystem: FileSystem, name: string): Promise<UserAccount | undefined> {
  let text = '';
  try {
    text = fileSystem.readText('/etc/passwd');
  } catch {
    // No such file: getent may still know.
  }
  const isWanted = (account: UserAccount): boolean => account.name === name;
  return parsePasswd(text).find(isWanted) ?? parsePasswd(await askNameService(name)).find(isWanted);
}

function askNameService(name: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('getent', ['passwd', '--', name], { timeout: 5000 }, (_error, stdout) => {
      resolve(stdout);
    });
  });
}
