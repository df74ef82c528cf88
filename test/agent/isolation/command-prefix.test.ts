import { describe, expect, test } from '@jest/globals';
import type { Namespace } from '../../../src/model/cluster.js';
import { DEFAULT_OPTIONS } from '../../../src/agent/agent-options.js';
import { commandPrefix } from '../../../src/agent/isolation/command-prefix.js';
import { kernelControlFiles } from '../../../src/agent/isolation/control-files.js';
import { samplingIsolation } from '../../../src/agent/isolation/isolation.js';

const USER = { name: 'u', uid: 1000, gid: 1000 };
const ROOT = { name: 'root', uid: 0, gid: 0 };

describe('command prefix', () => {
  const facts = (works: boolean, namespaces: readonly Namespace[], prlimit = true) => ({
    files: {
      ...kernelControlFiles,
      exists: () => prlimit,
      read: () => '0.00 0.01 0.05 1/250 12345\n',
    },
    isolation: samplingIsolation(['no cgroup']),
    options: { ...DEFAULT_OPTIONS, processLimit: 100, namespaces },
    problem: async () => (works ? undefined : 'unshare failed: Operation not permitted'),
  });

  test('prlimit bounds processes where no cgroup does, on top of what runs already', async () => {
    const { words, report } = await commandPrefix(USER, '/s', facts(true, []));
    expect(words).toEqual(['/usr/bin/prlimit', '--nproc=350', '--']);
    expect(report).toMatchObject({ enforced: ['processes'], observed: ['cpu', 'ram', 'disk'] });
  });

  test('root has no such limit, and some hosts no prlimit', async () => {
    expect((await commandPrefix(ROOT, '/s', facts(true, []))).words).toEqual([]);
    expect((await commandPrefix(USER, '/s', facts(true, [], false))).words).toEqual([]);
  });

  test('namespaces are enforced, or the task is not run', async () => {
    const { words, report } = await commandPrefix(ROOT, '/s', facts(true, ['tmp', 'pid']));
    expect(words.slice(0, 3)).toEqual(['/usr/bin/unshare', '--mount', '--pid']);
    expect(report.enforced).toEqual(['private /tmp', 'pid namespace']);
    expect((await commandPrefix(USER, '/s', facts(true, ['mount'], false))).words).toContain('--user');
    await expect(commandPrefix(USER, '/s', facts(false, ['pid', 'tmp']))).rejects.toThrow(
      "this host cannot give user u what the agent's option namespaces asks for (pid namespace, private /tmp): unshare failed: Operation not permitted",
    );
  });

  test('bubblewrap where it is asked for; where it is not installed, that is said', async () => {
    const asked = (isInstalled: boolean) => {
      const { options, ...rest } = facts(true, ['pid'], isInstalled);
      return { ...rest, options: { ...options, namespaceTool: 'bwrap' as const } };
    };
    const { words } = await commandPrefix(ROOT, '/s', asked(true));
    expect(words).toContain('/usr/bin/bwrap');
    await expect(commandPrefix(ROOT, '/s', asked(false))).rejects.toThrow(
      "this host cannot give user root what the agent's option namespaces asks for (pid namespace): bubblewrap is not installed (/usr/bin/bwrap)",
    );
  });
});
