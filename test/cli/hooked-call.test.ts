import { describe, expect, test } from '@jest/globals';
import { Console, type OutputStream } from '../../src/cli/console.js';
import type { Context } from '../../src/cli/context.js';
import { CommandError } from '../../src/cli/exit-codes.js';
import { hookedCall } from '../../src/cli/hooked-call.js';
import type { LoadedJob } from '../../src/cli/load-job.js';
import { convertJob } from '../../src/config/convert.js';
import { prepareJob } from '../../src/config/prepare-job.js';
import type { Response } from '../../src/model/response.js';
import { BASE, load } from '../config/config-rig.js';

const CALL = { method: 'create_job', args: ['config'] } as const;

function answer(responseCode: Response['responseCode'], ...messages: string[]): Response {
  return {
    responseCode,
    serverInfo: { clusterName: 'west', statsUrlPrefix: '' },
    details: messages.map((message) => ({ message })),
  };
}

/** A command with a job that has this hook, and what it prints. */
function command(hook: string): { context: Context; job: LoadedJob; printed: () => string } {
  let text = '';
  const stream: OutputStream = {
    isTerminal: false,
    columns: 80,
    colour: false,
    write: (more) => {
      text += more;
    },
  };
  const config = load(`${BASE}class H(object):\n${hook}\nhooks = [H()]\njobs = [j(enable_hooks=True)]`);
  const picked = prepareJob(config, 0);
  const convert = (): LoadedJob['configuration'] => convertJob(picked, { user: 'u' });
  return {
    context: { console: new Console(stream, stream, false) } as Context,
    job: { picked, configuration: convert(), convert },
    printed: () => text,
  };
}

describe('a call with hooks', () => {
  test('is sent after the hooks have changed the job', async () => {
    const { context, job, printed } = command(
      '  def pre_create_job(self, config):\n    config.add_metadata("a", "b")\n    return True',
    );
    let sent: unknown;
    const response = await hookedCall(context, job, CALL, async () => {
      sent = job.convert().taskConfig.metadata;
      return answer('OK');
    });
    expect(response.responseCode).toBe('OK');
    expect(sent).toEqual([{ key: 'a', value: 'b' }]);
    expect(printed()).toBe('');
  });

  test('is not sent when a hook stops it, and the command ends with 1', async () => {
    const { context, job, printed } = command('  def pre_create_job(self, config): return False');
    const send = (): never => {
      throw new Error('sent');
    };
    await expect(hookedCall(context, job, CALL, send)).rejects.toThrow(CommandError);
    await expect(hookedCall(context, job, CALL, send)).rejects.toMatchObject({ exitCode: 1 });
    expect(printed()).toContain('Pre hooks stopped call to create_job\n  H.pre_create_job: returned False\n');
  });

  test('shows where a hook failed', async () => {
    const { context, job, printed } = command("  def pre_create_job(self, config): raise ValueError('no')");
    await expect(hookedCall(context, job, CALL, async () => answer('OK'))).rejects.toThrow(CommandError);
    expect(printed()).toContain('H.pre_create_job raised:\nerror: ValueError: no\n');
    expect(printed()).toMatch(/main\.aurora:6:\d+/);
  });

  test.each([
    ['post_create_job', answer('OK')],
    ['err_create_job', answer('INVALID_REQUEST', 'no quota')],
  ])('%s cannot change the answer', async (method, response) => {
    const { context, job, printed } = command(`  def ${method}(self, result, config): return 1 / 0`);
    expect(await hookedCall(context, job, CALL, async () => response)).toBe(response);
    expect(printed()).toMatch(new RegExp(`^ WARN\\] Error in H\\.${method}: .*division`));
  });

  test('err_ is told of a connection that failed, which still ends the command', async () => {
    const { context, job, printed } = command('  def err_create_job(self, problem, config): raise problem');
    const lost = new Error('connection refused');
    await expect(hookedCall(context, job, CALL, () => Promise.reject(lost))).rejects.toBe(lost);
    expect(printed()).toMatch(/WARN\] Error in H\.err_create_job/);
  });

  test('without a config file is just sent', async () => {
    const { context } = command('  pass');
    expect((await hookedCall(context, undefined, CALL, async () => answer('OK'))).responseCode).toBe('OK');
  });
});
