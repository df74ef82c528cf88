import { describe, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { checkShell } from '../../../src/agent/health/shell-check.js';

const check = (command: string, timeoutMs = 5000): ReturnType<typeof checkShell> =>
  checkShell({ command, cwd: tmpdir(), environment: { PATH: '/usr/bin:/bin' }, timeoutMs });

describe('shell checks', () => {
  test('exit 0 is healthy', async () => {
    expect(await check('true')).toEqual({ healthy: true });
  });

  test('case 78: the reason has status and output', async () => {
    expect(await check('echo bad; exit 7')).toEqual({
      healthy: false,
      reason: "Command 'echo bad; exit 7' returned non-zero exit status 7 with output 'bad\\n'",
    });
  });

  test('a check that hangs is killed with its children', async () => {
    const marker = `300.${process.pid}`;
    expect(await check(`sleep ${marker} & sleep ${marker}; echo never`, 100)).toEqual({
      healthy: false,
      reason: 'Health check timed out.',
    });
    expect(await check(`! pgrep -f "^sleep ${marker}"`)).toEqual({ healthy: true });
  });

  test('a flood of output is cut', async () => {
    const outcome = await check('head -c 1000000 /dev/zero | tr "\\0" x; exit 1');
    expect(!outcome.healthy && outcome.reason.length).toBeLessThan(70_000);
  });

  test('a working directory that is gone is a failure', async () => {
    const outcome = await checkShell({
      command: 'true',
      cwd: '/nope/nope',
      environment: {},
      timeoutMs: 1000,
    });
    expect(outcome).toMatchObject({ healthy: false, reason: expect.stringMatching(/^OSError: /) });
  });
});
