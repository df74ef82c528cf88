import { describe, expect, test } from '@jest/globals';
import { SchedulerClient } from '../../src/client/scheduler-client.js';
import { SchedulerError } from '../../src/client/scheduler-error.js';
import { TransportError, type HttpReply } from '../../src/client/transport.js';
import type { Response } from '../../src/model/response.js';
import { decodeCall, encodeReply } from '../../src/thrift/api.js';
import { InstantClock } from '../rig/instant-clock.js';

type Step = Response | Error | number;

const ok: Response = { responseCode: 'OK', serverInfo: { clusterName: 'w' }, details: [] };
const transient: Response = { ...ok, responseCode: 'ERROR_TRANSIENT', details: [{ message: 'starting' }] };
const lost = new TransportError('Connection refused', 'ECONNREFUSED');

function clientOf(steps: readonly Step[], socketPath?: string) {
  const left = [...steps];
  const logs: string[] = [];
  const clock = new InstantClock();
  const transport = {
    send: ({ body }: { body?: Uint8Array }): Promise<HttpReply> => {
      const step = left.length > 1 ? left.shift() : left[0];
      if (step instanceof Error) return Promise.reject(step);
      const { method, sequenceId } = decodeCall('binary', body ?? new Uint8Array());
      const base = { reason: 'Reason', headers: new Map<string, string>() };
      if (typeof step === 'number') return Promise.resolve({ ...base, status: step, body: new Uint8Array() });
      return Promise.resolve({
        ...base,
        status: 200,
        body: encodeReply('binary', method, sequenceId, step ?? ok),
      });
    },
  };
  const address = {
    apiUrl: 'http://s/api',
    pagesUrl: 'http://s/',
    ...(socketPath === undefined ? {} : { socketPath }),
  };
  const services = {
    transport,
    clock,
    interrupted: new AbortController().signal,
    log: (level: string, message: string) => {
      if (level !== 'DEBUG') logs.push(`${level} ${message}`);
    },
  };
  return { client: new SchedulerClient('west', address, services, { userAgent: 'Aurora V2' }), logs, clock };
}

describe('scheduler client', () => {
  test('a read is repeated every five seconds after a broken exchange', async () => {
    const { client, logs, clock } = clientOf([lost, 503, ok]);
    expect((await client.call('getJobs', {})).responseCode).toBe('OK');
    expect(clock.waits).toEqual([5_000, 5_000]);
    expect(logs).toEqual([
      'WARN Transport error communicating with scheduler: Unknown error talking to http://s/api: Connection refused, retrying...',
      'WARN Transport error communicating with scheduler: Unknown error talking to http://s/api: 503 Server Error: Reason for url: http://s/api, retrying...',
    ]);
  });

  test('a change is not repeated, except when the scheduler says that it only starts', async () => {
    await expect(clientOf([lost]).client.call('createJob', {})).rejects.toMatchObject({
      failure: 'not-retriable',
    });
    const { client, logs } = clientOf([transient, ok]);
    expect((await client.call('createJob', {})).responseCode).toBe('OK');
    expect(logs).toEqual(['WARN Connection error with scheduler: starting, reconnecting...']);
  });

  test('after ten minutes it is over', async () => {
    const { client, clock } = clientOf([transient]);
    await expect(client.call('killTasks', {})).rejects.toEqual(
      new SchedulerError('timeout', 'Timed out attempting to issue killTasks to west'),
    );
    expect(clock.waits).toHaveLength(120);
  });

  test.each([401, 403])('%s is a question of rights, not repeated', async (status) => {
    const { client } = clientOf([status]);
    await expect(client.call('getJobs', {})).rejects.toMatchObject({ failure: 'authentication' });
  });

  test('nobody behind a local socket: the cluster is not running, and that is said at once', async () => {
    const { client, clock } = clientOf([lost], '/run/s.sock');
    await expect(client.call('getJobs', {})).rejects.toThrow(
      /not running: start it with `aurora cluster start west`/,
    );
    expect(clock.waits).toEqual([]);
  });
});
