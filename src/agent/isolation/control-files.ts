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

/** True when the step went through. For clean-up and optional limits, where a refusal changes nothing. */
export function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
