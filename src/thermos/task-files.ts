import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FileSystem } from '../base/file-system.js';
import { parseTask, taskToJson, type Task } from '../model/process.js';
import { taskPath } from './paths.js';

/** The task cannot be run; the message is the original's text where it has one. */
export class InvalidTask extends Error {
  override readonly name = 'InvalidTask';
}

/** The task's own file: in tasks/active while it lives, in tasks/finished afterwards. */
export class TaskFiles {
  readonly #fileSystem: FileSystem;
  readonly #active: string;
  readonly #finished: string;

  constructor(fileSystem: FileSystem, root: string, taskId: string) {
    this.#fileSystem = fileSystem;
    this.#active = taskPath(root, 'active', taskId);
    this.#finished = taskPath(root, 'finished', taskId);
  }

  isActive(): boolean {
    return this.#fileSystem.exists(this.#active);
  }

  isFinished(): boolean {
    return this.#fileSystem.exists(this.#finished);
  }

  /** Writes the file, or compares with the one that is there. */
  activate(task: Task): void {
    const json = JSON.stringify(taskToJson(task));
    if (!this.isActive()) {
      if (this.isFinished()) {
        throw new InvalidTask(`Cannot create task with same name: ${this.#finished} exists`);
      }
      this.#fileSystem.makeDirectory(dirname(this.#active));
      this.#fileSystem.writeFileDurably(this.#active, json);
      return;
    }
    const text = this.#fileSystem.readText(this.#active);
    const onDisk = parseTask(parseJson(text));
    if (!onDisk.ok || !isDeepStrictEqual(taskToJson(onDisk.value), taskToJson(task))) {
      throw new InvalidTask(`Task differs from on disk copy: ${text} vs ${json}`);
    }
  }

  /** Its time of change becomes the time of its end. */
  finish(nowMs: number): void {
    if (!this.isActive()) return;
    this.#fileSystem.makeDirectory(dirname(this.#finished));
    this.#fileSystem.rename(this.#active, this.#finished);
    this.#fileSystem.setModified(this.#finished, nowMs);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
