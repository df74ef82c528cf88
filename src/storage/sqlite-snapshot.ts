import { crc32 } from 'node:zlib';
import type { Database, Statement } from 'libsql';
import { encodeOps } from './op-codec.js';
import type { Op } from './op.js';
import type { SnapshotWriter } from './persistence.js';

/** Bytes of text in one part, about; one part is one transaction, so this bounds the pause. */
const PART_BYTES = 128 * 1024;
const ROWS_A_DELETE = 64;

/**
 * Writes a snapshot part by part beside the log that goes on, then names it the current one, then clears away
 * what it replaces. A crash in between leaves the old snapshot and the whole log in force.
 */
export class SqliteSnapshotWriter implements SnapshotWriter {
  readonly #ops: Iterator<Op>;
  readonly #snapshot: number;
  readonly #insert: Statement<[number, number, number, string]>;
  readonly #steps: Array<() => boolean>;
  #nextId: number;
  #parts = 0;

  constructor(
    private readonly database: Database,
    ops: Iterable<Op>,
    private readonly sequence: number,
  ) {
    this.#ops = ops[Symbol.iterator]();
    const last = database
      .prepare('SELECT max(id) AS id, max(snapshot) AS snapshot FROM snapshot_part')
      .get() as { id: number | null; snapshot: number | null };
    this.#nextId = (last.id ?? 0) + 1;
    this.#snapshot = (last.snapshot ?? 0) + 1;
    this.#insert = database.prepare(
      'INSERT INTO snapshot_part(id, snapshot, checksum, ops) VALUES (?, ?, ?, ?)',
    );
    this.#steps = [
      () => this.#writePart(),
      () => this.#nameCurrent(),
      () => this.#clear('snapshot_part', 'snapshot <> ?', this.#snapshot),
      () => this.#clear('log', 'sequence <= ?', this.sequence),
    ];
  }

  step(): boolean {
    if (this.#steps[0]?.() === true) this.#steps.shift();
    return this.#steps.length === 0;
  }

  #writePart(): boolean {
    const pieces: string[] = [];
    let bytes = 0;
    let end = false;
    while (bytes < PART_BYTES && !end) {
      const next = this.#ops.next();
      end = next.done === true;
      if (next.done === true) break;
      const piece = encodeOps([next.value]).slice(1, -1);
      pieces.push(piece);
      bytes += piece.length;
    }
    if (pieces.length > 0) {
      const text = `[${pieces.join(',')}]`;
      this.#insert.run(this.#nextId, this.#snapshot, crc32(text, this.#nextId), text);
      this.#nextId += 1;
      this.#parts += 1;
    }
    return end;
  }

  #nameCurrent(): boolean {
    const head = `${this.#snapshot} ${this.#parts} ${this.sequence}`;
    this.database
      .prepare<[string]>("INSERT OR REPLACE INTO meta(name, value) VALUES ('snapshot', ?)")
      .run(`${head} ${crc32(head)}`);
    return true;
  }

  #clear(table: 'snapshot_part' | 'log', condition: string, bound: number): boolean {
    const key = table === 'log' ? 'sequence' : 'id';
    const result = this.database
      .prepare<[number]>(
        `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${ROWS_A_DELETE})`,
      )
      .run(bound);
    return result.changes < ROWS_A_DELETE;
  }
}
