import { join } from 'node:path';
import { normalDiff } from '../../client/line-diff.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';

const NOT_FOUND = 127;

/**
 * The differences between two texts as `$DIFF_VIEWER`, or `diff`, shows them; on a machine without diff the
 * same form is made here. Status 0 and 1 are the program's answers, more is its failure.
 */
export async function runDiff(context: Context, remote: string, local: string): Promise<string> {
  const { host } = context;
  const chosen = host.env['DIFF_VIEWER'];
  const viewer = chosen || 'diff';
  const folder = host.env['TMPDIR'] || '/tmp';
  const paths = [remote, local].map(() =>
    join(folder, `tmp${host.random.uuid().replaceAll('-', '').slice(0, 12)}`),
  );
  try {
    for (const [index, text] of [remote, local].entries())
      host.files.writeFileDurably(paths[index] ?? '', text, 0o600);
    const result = await host.programs.run(viewer, paths, { output: 'collect' });
    if (result.exitCode === NOT_FOUND && !chosen) return normalDiff(remote, local);
    if (result.exitCode > 1)
      throw new CommandError(EXIT.commandFailure, `Error running diff: ${result.stderr}`);
    return result.stdout;
  } finally {
    for (const path of paths) host.files.remove(path);
  }
}
