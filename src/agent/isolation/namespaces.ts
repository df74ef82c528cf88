import type { Namespace } from '../../model/cluster.js';
import type { UserAccount } from '../../thermos/task-runner-options.js';
import { DIE_ALIKE, supervise } from './supervise.js';

/** What a report says of each namespace that a task's processes have. */
export const NAMESPACE_NAMES: Readonly<Record<Namespace, NamespaceName>> = {
  pid: 'pid namespace',
  mount: 'mount namespace',
  tmp: 'private /tmp',
};
export type NamespaceName = 'pid namespace' | 'mount namespace' | 'private /tmp';

/**
 * The words that give a command its namespaces, by `unshare` of util-linux. Without root they belong to a user
 * namespace, whose capabilities are dropped again before the command. `mount` comes with the others: both need
 * mounts of their own.
 *
 * Without `pid` it is `exec` all the way, so the pid and the signals are the command's own. With it the command
 * has two shells above it: the outer one, whose pid is recorded, and the first process of the namespace. Both
 * pass SIGTERM on (the kernel keeps from a first process what it does not catch) and the exit status back, a
 * signal as a signal; they cannot tell death by a signal from an exit code above 128. When the outer one dies,
 * so does the inner one, and with it everything in the namespace.
 */
export function namespaceWords(
  namespaces: readonly Namespace[],
  account: UserAccount,
  sandbox: string,
): string[] {
  if (namespaces.length === 0) return [];
  const unprivileged = account.uid !== 0;
  const hasPid = namespaces.includes('pid');
  return [
    '/usr/bin/unshare',
    ...(unprivileged ? ['--user', '--map-current-user', '--keep-caps'] : []),
    '--mount',
    ...(hasPid ? ['--pid'] : []),
    ...(hasPid ? ['/bin/sh', '-c', OUTER, 'sh'] : []),
    '/bin/sh',
    '-c',
    `${namespaces.includes('tmp') ? PRIVATE_TMP : ''}shift\n${hasPid ? INNER : 'exec "$@"'}`,
    'sh',
    sandbox,
    ...(unprivileged ? ['/usr/bin/setpriv', '--inh-caps=-all', '--ambient-caps=-all'] : []),
  ];
}

/**
 * /tmp is the sandbox's `.tmp`, its space counted as the task's. A sandbox that is itself below /tmp is bound
 * back into its place from the working directory, which still leads to it.
 */
const PRIVATE_TMP =
  'mkdir -p "$1/.tmp" && mount --bind "$1/.tmp" /tmp && mkdir -p "$1" && mount --bind /proc/self/cwd "$1" && cd "$1" || exit 126\n';

const OUTER = supervise({ command: '/usr/bin/setpriv --pdeathsig KILL', whenEnded: DIE_ALIKE });
const INNER = `mount -t proc proc /proc || exit 126\n${supervise()}`;
