import { join } from 'node:path';
import { buildPrograms } from './built-programs.js';

export interface BuiltThermos {
  /** The command as one would start it: `node PROGRAM run ...`. */
  readonly program: string;
  dispose(): void;
}

/** The `thermos` command bundled from the sources as they are now. */
export async function buildThermos(): Promise<BuiltThermos> {
  const built = await buildPrograms(['thermos']);
  return {
    program: join(built.directory, 'thermos.js'),
    dispose: () => {
      built.dispose();
    },
  };
}
