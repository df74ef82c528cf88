import { describe, expect, test } from '@jest/globals';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { kernelControlFiles } from '../../../src/agent/isolation/control-files.js';
import { IsolationError, problemHere } from '../../../src/agent/isolation/command-prefix.js';
import { BUBBLEWRAP, bubblewrapWords } from '../../../src/agent/isolation/bubblewrap.js';
import { namespaceWords } from '../../../src/agent/isolation/namespaces.js';
import { probeIsolation } from '../../../src/agent/isolation/probe.js';
import type { Namespace, NamespaceTool } from '../../../src/model/cluster.js';
import type { UserAccount } from '../../../src/thermos/task-runner-options.js';
import { agentName } from '../../../src/agent/sandbox.js';
import { AgentRig, oneProcess } from '../rig/agent-rig.js';

const isRoot = process.getuid?.() === 0;
const own = { name: userInfo().username, uid: userInfo().uid, gid: userInfo().gid };
const nobody = { name: 'nobody', uid: 65534, gid: 65534 };

/** As root tasks may run as root, or as a user in a user namespace; without root only as oneself. */
const accounts = isRoot ? [own, nobody] : [own];
const TOOLS: readonly NamespaceTool[] = ['unshare', 'bwrap'];
const ways = accounts.flatMap((account) => TOOLS.map((tool) => ({ account, tool, name: account.name })));

describe.each(ways)('namespaces by $tool of tasks that run as $name', ({ account, tool }) => {
  /** Skips, with the kernel's reason, where it forbids such namespaces. */
  const withAgent = async (
    namespaces: readonly Namespace[],
    run: (rig: AgentRig) => Promise<void>,
  ): Promise<void> => {
    const problem = await problemOf(namespaces, account, tool);
    if (problem !== undefined) {
      console.warn(`skipped: ${problem}`);
      return;
    }
    const rig = new AgentRig();
    rig.options = { namespaces, namespaceTool: tool };
    rig.role = account.name;
    rig.isolation = probeIsolation(kernelControlFiles, agentName(rig.directory), process.pid);
    await rig.scheduler.start();
    await rig.start();
    try {
      await run(rig);
    } finally {
      await rig.dispose();
      expect(rig.pidsLeft()).toEqual([]);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(rig.root);
    }
  };
  const logOf = async (rig: AgentRig, taskId: string, stream = 'stdout'): Promise<string> =>
    (await rig.scheduler.call<{ data: string }>('GET', `/v1/tasks/${taskId}/log?stream=${stream}`)).data;

  test('a task sees only its own processes, and its status comes back', async () => {
    await withAgent(['pid'], async (rig) => {
      await rig.launch('t', oneProcess('ls -d /proc/[0-9]* | wc -l; id -un; echo bad >&2; exit 3'));
      expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('FAILED: Task failed.');
      const [count, name] = (await logOf(rig, 't')).split('\n');
      expect(Number(count)).toBeLessThan(10);
      expect(name).toBe(account.name);
      expect(await logOf(rig, 't', 'stderr')).toBe('bad\n');
      const { processes } = await rig.scheduler.call<{ processes: object[] }>('GET', '/v1/tasks/t/processes');
      expect(processes[0]).toMatchObject({ state: 'FAILED', returnCode: 3 });
    });
  });

  test('SIGTERM arrives, and what the command leaves behind goes with it', async () => {
    await withAgent(['pid'], async (rig) => {
      const cmdline = `trap 'echo told; exit 0' TERM; setsid sleep 401 & (setsid sleep 402 &); sleep 403 & wait`;
      await rig.launch('t', oneProcess(cmdline));
      await rig.scheduler.untilStatus('t', 'RUNNING');
      await rig.scheduler.until(() =>
        rig.scheduler.heartbeats.at(-1)?.tasks.find((task) => task.usage.processes >= 6),
      );
      const { isolation } = await rig.scheduler.call<{ isolation: { enforced: string[] } }>(
        'GET',
        '/v1/tasks/t/processes',
      );
      expect(isolation.enforced).toContain('pid namespace');
      await rig.kill('t');
      expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('KILLED: Instructed to kill task.');
      expect(await logOf(rig, 't')).toBe('told\n');
      expect(rig.pidsLeft()).toEqual([]);
    });
  });

  test('death by a signal is a signal, and a next run follows', async () => {
    await withAgent(['pid', 'tmp'], async (rig) => {
      await rig.launch('t', oneProcess('test -e /tmp/again && exit 0; touch /tmp/again; kill -9 $$'));
      expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('FINISHED: Task finished.');
      const { processes } = await rig.scheduler.call<{ processes: object[] }>('GET', '/v1/tasks/t/processes');
      expect(processes[0]).toMatchObject({ state: 'SUCCESS', run: 1, returnCode: 0 });
      expect(existsSync('/tmp/again')).toBe(false);
      expect(await logOf(rig, 't', 'stderr')).toBe('');
    });
  });

  test('a private /tmp is in the sandbox, and nobody sees the other one', async () => {
    await withAgent(['tmp'], async (rig) => {
      const cmdline = `touch /tmp/mine; ls /tmp | wc -l; test -w . && echo writable`;
      await rig.launch('t', oneProcess(cmdline));
      await rig.scheduler.untilEnd('t');
      // The file, and the way to the sandbox where that is below /tmp.
      expect(await logOf(rig, 't')).toMatch(/^[12]\nwritable\n$/);
      expect(existsSync(join(rig.directory, 'tasks/t/sandbox/.tmp/mine'))).toBe(true);
      expect(existsSync('/tmp/mine')).toBe(false);
    });
  });

  test('a running task whose namespaces are not to be had any more is stopped, and says why', async () => {
    await withAgent(['mount'], async (rig) => {
      await rig.launch('t', oneProcess('sleep 404'));
      await rig.scheduler.untilStatus('t', 'RUNNING');
      await rig.leave();
      rig.commandPrefix = () => Promise.reject(new IsolationError('no namespaces'));
      await rig.start();
      expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe(
        'FAILED: Task initialization failed: no namespaces',
      );
      rig.commandPrefix = undefined;
    });
  });
});

/** Why the kernel does not let this account have them. */
async function problemOf(
  namespaces: readonly Namespace[],
  account: UserAccount,
  tool: NamespaceTool,
): Promise<string | undefined> {
  if (tool === 'bwrap' && !existsSync(BUBBLEWRAP)) return `${BUBBLEWRAP} is not installed`;
  const sandbox = mkdtempSync(join(tmpdir(), 'namespaces-'));
  if (isRoot) chownSync(sandbox, account.uid, account.gid);
  try {
    const words =
      tool === 'bwrap' ? bubblewrapWords(namespaces, sandbox) : namespaceWords(namespaces, account, sandbox);
    return await problemHere([...words, '/bin/true'], account, isRoot, sandbox);
  } finally {
    rmSync(sandbox, { recursive: true, force: true });
  }
}

test('namespaces that cannot be had fail the task with the reason', async () => {
  const rig = new AgentRig();
  rig.commandPrefix = () => Promise.reject(new IsolationError('this host cannot give user u ...'));
  await rig.scheduler.start();
  await rig.start();
  try {
    await rig.launch('t', oneProcess('echo no'));
    expect(await rig.scheduler.untilEnd('t')).toEqual([
      'STARTING',
      'FAILED: Task initialization failed: this host cannot give user u ...',
    ]);
    expect(existsSync(join(rig.directory, 'tasks/t/sandbox/.logs'))).toBe(false);
  } finally {
    await rig.dispose();
  }
});
