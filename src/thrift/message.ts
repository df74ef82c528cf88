import { BinaryInput, BinaryOutput, NO_LIMITS, type DecodeLimits } from './binary-buffer.js';
import { binaryReader, binaryWriter } from './binary-protocol.js';
import { checkInteger, checkText } from './check-value.js';
import { readJsonProtocol } from './json-protocol.js';
import { jsonWriter } from './json-writer.js';
import { parseJson } from './parse-json.js';
import type { ValueType } from './schema.js';
import { describe, ThriftError } from './thrift-error.js';

export type Protocol = 'binary' | 'json';

export type MessageType = 'CALL' | 'REPLY' | 'EXCEPTION' | 'ONEWAY';

/** A message's head: what is called or answered, and the number that ties the two. */
export interface Envelope {
  readonly method: string;
  readonly type: MessageType;
  readonly sequenceId: number;
}

const TYPE_NUMBERS: Readonly<Record<MessageType, number>> = { CALL: 1, REPLY: 2, EXCEPTION: 3, ONEWAY: 4 };
const TYPE_NAMES = new Map(
  Object.entries(TYPE_NUMBERS).map(([name, number]) => [number, name as MessageType]),
);

const VERSION_1 = 0x80010000;
const JSON_VERSION = 1;

export function encodeMessage(
  protocol: Protocol,
  envelope: Envelope,
  type: ValueType,
  body: unknown,
): Buffer {
  const { method, sequenceId } = envelope;
  const number = TYPE_NUMBERS[envelope.type];
  const output = new BinaryOutput();
  if (protocol === 'json') {
    output.writeText(`[${JSON_VERSION},${JSON.stringify(method)},${number},${sequenceId},`);
    jsonWriter(type)(output, body);
    output.writeText(']');
    return output.finish();
  }
  output.writeI32((VERSION_1 | number) >> 0);
  output.writeString(method);
  output.writeI32(sequenceId);
  binaryWriter(type)(output, body);
  return output.finish();
}

/**
 * Reads a message whose body's type follows from its envelope: `typeOf` throws a ThriftError for one that it
 * does not expect.
 */
export function decodeMessage(
  protocol: Protocol,
  bytes: Uint8Array,
  typeOf: (envelope: Envelope) => ValueType,
  limits: DecodeLimits = NO_LIMITS,
): { readonly envelope: Envelope; readonly body: unknown } {
  return protocol === 'json' ? decodeJson(bytes, typeOf) : decodeBinary(bytes, typeOf, limits);
}

function decodeBinary(bytes: Uint8Array, typeOf: (envelope: Envelope) => ValueType, limits: DecodeLimits) {
  const input = new BinaryInput(bytes, limits);
  const head = input.readI32() >>> 0;
  if ((head & 0xffff0000) >>> 0 !== VERSION_1)
    throw new ThriftError('this is not a message of the strict binary protocol');
  const method = input.readString();
  const envelope = { method, type: messageType(head & 0xff), sequenceId: input.readI32() };
  const body = binaryReader(typeOf(envelope))(input);
  if (input.position < bytes.length)
    throw new ThriftError(`${bytes.length - input.position} bytes follow the end of the message`);
  return { envelope, body };
}

function decodeJson(bytes: Uint8Array, typeOf: (envelope: Envelope) => ValueType) {
  const message = parseJson(bytes);
  if (!Array.isArray(message) || message.length !== 5 || message[0] !== JSON_VERSION)
    throw new ThriftError(
      'this is not a message of the JSON protocol: [1, method, type, sequence id, struct]',
    );
  const [, method, type, sequenceId, body] = message as unknown[];
  const envelope = {
    method: checkText(method),
    type: messageType(type),
    sequenceId: checkInteger('i32', sequenceId),
  };
  return { envelope, body: readJsonProtocol(typeOf(envelope), body) };
}

function messageType(number: unknown): MessageType {
  const type = TYPE_NAMES.get(number as number);
  if (!type) throw new ThriftError(`there is no message type ${describe(number)}`);
  return type;
}
