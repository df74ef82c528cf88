import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { callMethod, decodeCall, decodeReply, encodeCall, encodeReply } from '../../src/thrift/api.js';
import { loadSchema } from '../../src/thrift/load-schema.js';
import { fromJson, toJson } from '../../src/thrift/simple-json.js';

/** Calls that the original client made and answers that it understood, whole, as hex of the binary protocol. */
interface RecordedCall {
  readonly method: Parameters<typeof encodeCall>[1];
  readonly request: unknown;
  readonly requestHex: string;
  readonly response: unknown;
  readonly responseHex: string;
}

const recorded = JSON.parse(
  readFileSync(new URL('../testdata/thrift/recorded-calls.json', import.meta.url), 'utf8'),
) as RecordedCall[];

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const methods = [...new Set(recorded.map((call) => call.method))];
const of = (method: string): RecordedCall[] => recorded.filter((call) => call.method === method);

describe.each(methods)('%s as the original client recorded it', (method) => {
  test('is read and written again byte for byte', () => {
    for (const { requestHex, responseHex } of of(method)) {
      const call = decodeCall('binary', bytes(requestHex));
      expect(encodeCall('binary', call.method, call.args, call.sequenceId).toString('hex')).toBe(requestHex);
      const response = decodeReply('binary', method, bytes(responseHex));
      expect(encodeReply('binary', method, 0, response).toString('hex')).toBe(responseHex);
    }
  });

  test('survives the JSON protocol', () => {
    for (const { requestHex, responseHex } of of(method)) {
      const call = decodeCall('binary', bytes(requestHex));
      expect(decodeCall('json', encodeCall('json', method, call.args))).toEqual(call);
      const response = decodeReply('binary', method, bytes(responseHex));
      expect(decodeReply('json', method, encodeReply('json', method, 0, response))).toEqual(response);
    }
  });

  test('means what was recorded, in plain JSON both ways', () => {
    const { parameters, result } = loadSchema('api.thrift').methods.get(method) ?? { parameters: undefined };
    if (!parameters) throw new Error(`no method ${method}`);
    for (const { request, requestHex, response, responseHex } of of(method)) {
      const { args } = decodeCall('binary', bytes(requestHex));
      const type = { kind: 'struct', struct: parameters } as const;
      expect(unordered(normalised(toJson(type, args)))).toEqual(unordered(normalised(request)));
      expect(fromJson(type, toJson(type, args), 'refuse')).toEqual(args);
      const reply = decodeReply('binary', method, bytes(responseHex));
      expect(unordered(toJson(result, reply))).toEqual(unordered(response));
      expect(fromJson(result, toJson(result, reply), 'refuse')).toEqual(reply);
    }
  });

  test('is called over a transport', async () => {
    for (const { requestHex, responseHex } of of(method)) {
      const { args } = decodeCall('binary', bytes(requestHex));
      const sent: string[] = [];
      const transport = (message: Uint8Array): Promise<Uint8Array> => {
        sent.push(Buffer.from(message).toString('hex'));
        return Promise.resolve(bytes(responseHex));
      };
      const response = await callMethod(transport, method, args);
      expect(sent).toEqual([requestHex]);
      expect(response.serverInfo.clusterName).not.toBe('');
    }
  });
});

/** Sets have no order; a list in another order is told apart by the byte test above. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unordered).sort(byText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unordered(item)]));
}

function byText(a: unknown, b: unknown): number {
  return sortedText(a) < sortedText(b) ? -1 : 1;
}

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Executor data is text on the wire and decoded in the recording; ids that the client drew are blanked there. */
function normalised(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => (key === 'data' ? undefined : item)).replaceAll(
      '@UUID@',
      '00000000-0000-4000-8000-000000000000',
    ),
  ) as unknown;
}
