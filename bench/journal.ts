import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Op } from '../src/storage/op.js';
import { withStore } from './durable.js';
import { median, type Row } from './row.js';

export const name = 'journal';

const COMMITS = 400;
const ROUNDS = 5;
const WRITERS = 100;

/** Durable ops: one writer who waits for each, a hundred whose ops share a commit; a bare fsync beside them. */
export async function run(): Promise<Row[]> {
  return withStore((open, directory) => {
    const persistence = open();
    for (const _op of persistence.recover());
    const ratios: number[] = [];
    const rates: number[] = [];
    const shared: number[] = [];
    const sharedOverFloor: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const fsyncs = fsyncRate(join(directory, 'fsync'));
      const commits = rate(COMMITS, (i) => {
        persistence.persist([quota(i)]);
      });
      const together = rate(COMMITS / 4, (i) => {
        persistence.persist(Array.from({ length: WRITERS }, (_, writer) => quota(i * WRITERS + writer)));
      });
      ratios.push(commits / fsyncs);
      rates.push(commits);
      shared.push(together * WRITERS);
      sharedOverFloor.push(together / fsyncs);
    }
    persistence.close();
    return [
      { metric: '1 writer, commits over bare fsyncs', value: median(ratios), unit: 'ratio', target: 0.8 },
      { metric: '1 writer', value: median(rates), unit: 'commits/s' },
      {
        metric: `${WRITERS} writers in one transaction`,
        value: median(shared),
        unit: 'ops/s',
        target: 50_000,
      },
      {
        metric: `${WRITERS} writers, over ${WRITERS} times the bare fsyncs`,
        value: median(sharedOverFloor),
        unit: 'ratio',
        note: 'each writer waits for its acknowledgement: the most there can be is one fsync for all of them',
      },
    ];
  });
}

function quota(i: number): Op {
  const resources = [{ numCpus: i }, { ramMb: 1024 }, { diskMb: 1024 }];
  return { op: 'saveQuota', role: `role${i % 50}`, quota: { resources } };
}

function fsyncRate(path: string): number {
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4096 + 24);
  try {
    return rate(COMMITS, () => {
      writeSync(file, page);
      fdatasyncSync(file);
    });
  } finally {
    closeSync(file);
  }
}

function rate(count: number, act: (i: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) act(i);
  return (1000 * count) / (performance.now() - start);
}
