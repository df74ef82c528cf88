import * as fs from 'node:fs';

/** The kernel's control files: plain reads and writes, directories made and removed one at a time. */
export interface ControlFiles {
  /** Undefined when it cannot be read. */
  read(path: string): string | undefined;
  /** Throws Node's error when the kernel refuses. */
  write(path: string, text: string): void;
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
  directories(path: string): string[];
  exists(path: string): boolean;
}

export const kernelControlFiles: ControlFiles = {
  read(path) {
    try {
      return fs.readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  write: (path, text) => {
    fs.writeFileSync(path, text, { flag: 'r+' });
  },
  makeDirectory: (path) => {
    fs.mkdirSync(path, { recursive: true });
  },
  removeDirectory: (path) => {
    fs.rmdirSync(path);
  },
  directories(path) {
    try {
      return fs
        .readdirSync(path, { withFileTypes: true })
        .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    } catch {
      return [];
    }
  },
  exists: (path) => fs.existsSync(path),
};

/** Whether the directory is there now. */
export function makeDirectory(files: ControlFiles, path: string): boolean {
  return succeeds(() => {
    files.makeDirectory(path);
  });
}

/** Whether it went: the kernel refuses while a process or another directory is inside. */
export function removeDirectory(files: ControlFiles, path: string): boolean {
  return succeeds(() => {
    files.removeDirectory(path);
  });
}

/** Whether the kernel took it. */
export function write(files: ControlFiles, path: string, text: string): boolean {
  return succeeds(() => {
    files.write(path, text);
  });
}

function succeeds(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
