import { userInfo } from 'node:os';
import type { UserAccount } from './task-runner-options.js';

export function ownAccount(): UserAccount {
  const { username, uid, gid, shell } = userInfo();
  return { name: username, uid, gid, loginShell: shell === null || shell === '' ? NO_SHELL : shell };
}

/** The accounts of `name:password:uid:gid:comment:home:shell` lines; others are passed over. */
export function parsePasswd(text: string): UserAccount[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid = '', gid = '', , , shell = ''] = line.split(':');
    if (name === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), loginShell: shell === '' ? NO_SHELL : shell }];
  });
}

/** What the system takes an account for that names none. */
const NO_SHELL = '/bin/sh';
