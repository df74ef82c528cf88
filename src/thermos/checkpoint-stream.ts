import { decodeRecord, encodeRecord } from './checkpoint-codec.js';
import type { CheckpointRecord } from './checkpoint-record.js';
import { frameProcess } from './frame-process.js';

/** No record is longer: a larger length means that the bytes are no checkpoint. */
const MAX_RECORD_BYTES = 67_108_864;

/** Four bytes of big-endian length, then the record. */
export function frameRecord(record: CheckpointRecord): Buffer {
  if (record.kind === 'process') return frameProcess(record.status);
  const body = encodeRecord(record);
  const frame = Buffer.allocUnsafe(body.length + 4);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, 4);
  return frame;
}

export interface CheckpointStream {
  readonly records: CheckpointRecord[];
  /** Bytes up to the end of the last whole record: a torn tail begins here. */
  readonly wholeBytes: number;
  /** What stands at `wholeBytes`, when it is damage rather than the end or a record cut short. */
  readonly damage?: string;
}

/**
 * Reads every whole record. A last record cut short by a crash is no damage: nobody acted on it. A length or
 * body that makes no sense, with anything behind it, is.
 */
export function readStream(bytes: Uint8Array): CheckpointStream {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: CheckpointRecord[] = [];
  let offset = 0;
  while (offset + 4 <= buffer.length) {
    const length = buffer.readUInt32BE(offset);
    if (length > MAX_RECORD_BYTES) {
      return { records, wholeBytes: offset, damage: damageAt(offset, `a length of ${length} bytes`) };
    }
    if (offset + 4 + length > buffer.length) break;
    try {
      records.push(decodeRecord(buffer.subarray(offset + 4, offset + 4 + length)));
    } catch (error) {
      return { records, wholeBytes: offset, damage: damageAt(offset, (error as Error).message) };
    }
    offset += 4 + length;
  }
  return { records, wholeBytes: offset };
}

function damageAt(offset: number, what: string): string {
  return `byte ${offset}: ${what}`;
}
