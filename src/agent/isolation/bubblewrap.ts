import type { Namespace } from '../../model/cluster.js';
import { DIE_ALIKE, supervise } from './supervise.js';

export const BUBBLEWRAP = '/usr/bin/bwrap';

/**
 * The words that give a command its namespaces by bubblewrap, which needs no root. It stays above the command and
 * hands nothing on but the exit status: a shell around it passes SIGTERM to what it has started, and with `pid`
 * another one inside, as the first process of the namespace, to the command (the kernel keeps from a first process
 * what it does not catch). When the outermost one dies, bubblewrap dies, and with it everything inside.
 *
 * /tmp is the sandbox's `.tmp`, as with unshare.
 */
export function bubblewrapWords(namespaces: readonly Namespace[], sandbox: string): string[] {
  if (namespaces.length === 0) return [];
  const hasTmp = namespaces.includes('tmp');
  const hasPid = namespaces.includes('pid');
  return [
    '/bin/sh',
    '-c',
    `${hasTmp ? 'mkdir -p "$1/.tmp" || exit 126\n' : ''}shift\n${OUTER}`,
    'sh',
    sandbox,
    BUBBLEWRAP,
    ...['--dev-bind', '/', '/'],
    ...(hasTmp ? ['--bind', `${sandbox}/.tmp`, '/tmp', '--bind', sandbox, sandbox] : []),
    ...(hasPid ? ['--unshare-pid', '--as-pid-1', '--proc', '/proc'] : []),
    '--die-with-parent',
    ...['--chdir', sandbox],
    '--',
    ...(hasPid ? ['/bin/sh', '-c', supervise(), 'sh'] : []),
  ];
}

/** Bubblewrap has one child, as soon as it has made the namespaces. */
const OUTER = supervise({
  whenTerminated: 'read -r k </proc/$c/task/$c/children; kill -TERM $k',
  whenEnded: DIE_ALIKE,
});
