import type { Namespace } from '../../model/cluster.js';
import type { UserAccount } from '../../thermos/task-runner-options.js';

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

/**
 * Runs its arguments, and ends as they end. Shells take stdin from a command in the background, so it is handed
 * over by number, and remark on signals, so their own stderr is closed. An interrupted `wait` is repeated while
 * the child is there.
 */
const supervise = (command: string, whenEnded: string): string => `exec 8>&2 9<&0 2>/dev/null
${command} "$@" 2>&8 8>&- <&9 9<&- &
c=$!
exec 8>&- 9<&-
trap 'kill -TERM $c' TERM
while :; do wait $c; s=$?; kill -0 $c || break; done
${whenEnded}exit $s`;

const OUTER = supervise(
  '/usr/bin/setpriv --pdeathsig KILL',
  'trap - TERM\nif [ $s -gt 128 ]; then kill -$((s-128)) $$; fi\n',
);
const INNER = `mount -t proc proc /proc || exit 126\n${supervise('', '')}`;
