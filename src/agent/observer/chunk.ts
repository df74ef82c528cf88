import { closeSync } from 'node:fs';
import { openInside, readRange } from '../safe-file.js';

export interface Chunk {
  readonly offset: number;
  /** Raw bytes. */
  readonly length: number;
  /** UTF-8 with replacement, `&`, `<` and `>` escaped; absent when there is nothing. */
  readonly data?: string;
}

const LARGEST_CHUNK = 1024 * 1024;

/**
 * Part of a file below `root`; undefined when there is no such regular file in there. Without an offset (or
 * -1) nothing is read and the offset is the file's size; without a length (or -1) up to the end, but no more
 * than 1 MB at a time.
 */
export function readChunk(root: string, path: string, offset = -1, length = -1): Chunk | undefined {
  const file = openInside(root, path);
  if (!file) return undefined;
  try {
    if (!file.stat.isFile()) return undefined;
    const start = offset < 0 ? file.stat.size : offset;
    const wanted = length < 0 ? LARGEST_CHUNK : Math.min(length, LARGEST_CHUNK);
    const available = Math.max(0, Math.min(wanted, file.stat.size - start));
    const bytes = available === 0 ? Buffer.alloc(0) : readRange(file.descriptor, start, available);
    if (bytes.length === 0) return { offset: start, length: 0 };
    return { offset: start, length: bytes.length, data: escapeText(bytes.toString('utf8')) };
  } finally {
    closeSync(file.descriptor);
  }
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
