import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diskFileSystem } from '../../src/base/file-system.js';
import { PROCESS_STATES, TASK_STATES } from '../../src/model/process.js';
import { decodeRecord, encodeRecord } from '../../src/thermos/checkpoint-codec.js';
import { CheckpointError, readCheckpoint, recoverStream } from '../../src/thermos/checkpoint-file.js';
import { CheckpointLog } from '../../src/thermos/checkpoint-log.js';
import type { CheckpointRecord } from '../../src/thermos/checkpoint-record.js';
import { frameRecord, readStream } from '../../src/thermos/checkpoint-stream.js';
import { processCheckpoint, runnerCheckpoint } from '../../src/thermos/paths.js';
import { replay, taskStateOf } from '../../src/thermos/runner-state.js';
import { recordedCases } from '../rig/thermos-cases.js';

/** A folder of checkpoints that the original wrote, where this machine has one: FOLDER/TASK/{runner,coordinator.X}. */
const SAMPLES = process.env['THERMOS_CHECKPOINTS'] ?? '';
const sampleFiles = existsSync(SAMPLES)
  ? readdirSync(SAMPLES).flatMap((folder) =>
      readdirSync(join(SAMPLES, folder)).map((name) => join(SAMPLES, folder, name)),
    )
  : [];

function reencoded(records: readonly CheckpointRecord[]): Buffer {
  return Buffer.concat(records.map(frameRecord));
}

describe('records', () => {
  test('bytes of a FORKED record, as the original wrote it', () => {
    const bytes = encodeRecord({
      kind: 'process',
      status: {
        seq: 1,
        process: 'echo',
        state: 'FORKED',
        coordinatorPid: 43478,
        forkTime: 1337097943.293865,
      },
    });
    expect(bytes.toString('hex')).toBe(
      '0c00020a000100000000000000010b0003000000046563686f0800050000000108000a0000a9d604000b41d3ec9fb5d2ceaf0000',
    );
  });

  test('sizes follow the formulas', () => {
    const size = (record: CheckpointRecord): number => encodeRecord(record).length;
    const name = 'p'.repeat(7);
    expect(
      size({ kind: 'task', status: { state: 'ACTIVE', timestampMs: 1, runnerPid: 2, runnerUid: 3 } }),
    ).toBe(37);
    expect(size({ kind: 'process', status: { seq: 0, process: name, state: 'WAITING' } })).toBe(37);
    expect(
      size({
        kind: 'process',
        status: { seq: 3, process: name, state: 'FAILED', stopTime: 1.5, returnCode: 255 },
      }),
    ).toBe(55);
    expect(
      size({
        kind: 'header',
        header: {
          taskId: 'id',
          launchTimeMs: 1,
          sandbox: '/s',
          hostname: 'h',
          user: 'root',
          ports: new Map([['http', 80]]),
          logDir: '/s/.logs',
          uid: 0,
        },
      }),
    ).toBe(67 + 2 + 2 + 1 + 4 + 8 + 12 + 4);
  });

  const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(value, { nil: undefined });
  const present = <T extends object>(fields: T): T =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
  const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  const record: fc.Arbitrary<CheckpointRecord> = fc.oneof(
    fc
      .record({
        seq: fc.maxSafeNat(),
        process: fc.string(),
        state: fc.constantFrom(...PROCESS_STATES),
        startTime: optional(double),
        pid: optional(i32),
        stopTime: optional(double),
        returnCode: optional(i32),
        coordinatorPid: optional(i32),
        forkTime: optional(double),
      })
      .map((status) => ({ kind: 'process', status: present(status) }) as CheckpointRecord),
    fc
      .record({
        state: fc.constantFrom(...TASK_STATES),
        timestampMs: fc.maxSafeNat(),
        runnerPid: i32,
        runnerUid: i32,
      })
      .map((status): CheckpointRecord => ({ kind: 'task', status })),
  );

  test('any record survives the way to bytes and back', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(decodeRecord(encodeRecord(one))).toEqual(one);
        expect(frameRecord(one).subarray(4).equals(encodeRecord(one))).toBe(true);
      }),
    );
  });

  test('any cut inside the last record is a torn tail; every record before it is read', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), fc.nat(), (records, cut) => {
        const last = (records.slice(-1).map(frameRecord)[0] ?? Buffer.alloc(0)).length;
        const bytes = reencoded(records);
        const kept = bytes.subarray(0, bytes.length - 1 - (cut % last));
        const stream = readStream(kept);
        expect(stream.damage).toBeUndefined();
        expect(stream.records).toEqual(records.slice(0, -1));
        expect(stream.wholeBytes).toBe(bytes.length - last);
      }),
    );
  });
});

describe('69: the streams the original wrote', () => {
  for (const file of sampleFiles) {
    test(file.slice(SAMPLES.length + 1), () => {
      const bytes = readFileSync(file);
      const stream = readStream(bytes);
      expect(stream.damage).toBeUndefined();
      expect(stream.wholeBytes).toBe(bytes.length);
      expect(reencoded(stream.records).equals(bytes)).toBe(true);
      if (basename(file) === 'runner') expect(() => replay(stream.records)).not.toThrow();
    });
  }

  test('every recorded stream decodes, encodes to the same bytes and replays to the recorded end', () => {
    let streams = 0;
    for (const recorded of recordedCases()) {
      for (const [name, hex] of Object.entries(recorded.checkpointHex ?? {})) {
        const bytes = Buffer.from(hex, 'hex');
        const stream = readStream(bytes);
        // The original wrote behind a torn record there, and could not read it either.
        const isTorn = recorded.name === 'torn-record-recovered' && name !== 'runner';
        expect([recorded.name, name, stream.damage !== undefined]).toEqual([recorded.name, name, isTorn]);
        expect(reencoded(stream.records).equals(bytes.subarray(0, stream.wholeBytes))).toBe(true);
        if (name === 'runner') expect(taskStateOf(replay(stream.records))).toBe(recorded.task);
        streams += 1;
      }
    }
    expect(streams).toBeGreaterThan(150);
  });
});

describe('5: replay', () => {
  const failed: CheckpointRecord[] = [
    { kind: 'process', status: { seq: 0, process: 'f', state: 'WAITING' } },
    { kind: 'process', status: { seq: 1, process: 'f', state: 'FORKED', coordinatorPid: 7, forkTime: 1 } },
    { kind: 'process', status: { seq: 2, process: 'f', state: 'RUNNING', pid: 8, startTime: 2 } },
    { kind: 'process', status: { seq: 3, process: 'f', state: 'FAILED', stopTime: 3, returnCode: 3 } },
  ];

  test('keeps the return code of a failed run', () => {
    expect(replay(failed).processes.get('f')).toEqual([
      {
        seq: 3,
        process: 'f',
        state: 'FAILED',
        coordinatorPid: 7,
        forkTime: 1,
        pid: 8,
        startTime: 2,
        stopTime: 3,
        returnCode: 3,
      },
    ]);
  });

  test('forgets it in the mode that copies the original', () => {
    const run = replay(failed, true).processes.get('f')?.[0];
    expect(run).toMatchObject({ state: 'FAILED', pid: 8 });
    expect(run?.returnCode).toBeUndefined();
    expect(run?.stopTime).toBeUndefined();
  });

  test('skips a record whose number is not the next one', () => {
    const again = failed[2] as CheckpointRecord;
    expect(replay([...failed.slice(0, 3), again, ...failed.slice(3)])).toEqual(replay(failed));
  });
});

describe('a file that is taken over', () => {
  let directory: string;
  let file: string;
  const records: CheckpointRecord[] = [0, 1, 2].map((seq) => ({
    kind: 'task',
    status: { state: 'ACTIVE', timestampMs: seq, runnerPid: 1, runnerUid: 0 },
  }));
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    file = join(directory, 'runner');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  test('a torn tail is cut off at every length', () => {
    const bytes = reencoded(records);
    const two = reencoded(records.slice(0, 2));
    for (let length = two.length; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(recoverStream(diskFileSystem, file)).toEqual(records.slice(0, 2));
      expect(readFileSync(file).equals(two)).toBe(true);
    }
  });

  test("half a record of an earlier runner in a process' own stream is cut off before the next one", () => {
    const log = (): CheckpointLog => {
      const made = new CheckpointLog(diskFileSystem, directory, 't');
      made.replay(() => undefined);
      made.open();
      return made;
    };
    const first = log();
    first.process('p', 'WAITING', {}, false);
    first.process('p', 'FORKED', { coordinatorPid: 7, forkTime: 1.5 }, true);
    first.process('p', 'RUNNING', { pid: 8, startTime: 2 }, true);
    first.close();
    const stream = processCheckpoint(directory, 't', 'p');
    const torn = readFileSync(stream);
    const whole = readFileSync(runnerCheckpoint(directory, 't'));
    for (let length = 1; length < torn.length; length++) {
      writeFileSync(stream, torn.subarray(0, length));
      const next = log();
      next.process('p', 'SUCCESS', { returnCode: 0, stopTime: 3 }, true);
      next.close();
      expect(readCheckpoint(diskFileSystem, stream).at(-1)).toMatchObject({ status: { state: 'SUCCESS' } });
      const last = log();
      expect(last.unreadOf('p')).toEqual([]);
      last.close();
      writeFileSync(runnerCheckpoint(directory, 't'), whole);
    }
  });

  test('a flipped bit never goes unseen by becoming another state without a word', () => {
    const bytes = reencoded(records);
    for (let index = 0; index < bytes.length; index++) {
      const flipped = Buffer.from(bytes);
      flipped[index] = (flipped[index] ?? 0) ^ 0x40;
      writeFileSync(file, flipped);
      try {
        const read = recoverStream(diskFileSystem, file);
        // Thrift has no checksum: numbers may read as other numbers, but nothing is added or reordered.
        expect(read.length).toBeLessThanOrEqual(records.length);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        expect((error as Error).message).toMatch(
          /^Checkpoint .*runner is damaged at byte \d+: .*nothing was changed/,
        );
        expect(readFileSync(file).equals(flipped)).toBe(true);
      }
    }
  });
});
