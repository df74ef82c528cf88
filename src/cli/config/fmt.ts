import { resolve } from 'node:path';
import { anyText, flag, manyPositionals } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';

const checkOption = flag(
  ['--check'],
  'Change nothing: name the files that are not in the house style, and fail',
);

const filesArgument = manyPositionals('FILE', anyText, {
  help: 'Configuration files to format in place',
  completes: 'file',
});

const NOT_FORMATTED = 1;

export const configFmtCommand: Command = {
  spec: {
    path: 'aurora config fmt',
    summary: '',
    description:
      'Lay configuration files out in the house style. Comments stay, and what a file means never changes.',
    example: 'aurora config fmt --check configs/examples/*.aurora',
    parameters: [checkOption, ...universalOptions, filesArgument],
  },
  async run(context) {
    const { args, console, host } = context;
    const { formatSource } = await import('../../language/formatter.js');
    let wrong = 0;
    for (const path of args.get(filesArgument)) {
      const full = resolve(host.workingDirectory, path);
      if (host.files.stat(full)?.kind !== 'file')
        throw new CommandError(EXIT.invalidParameter, `${path} is not a file that can be read`);
      const before = host.files.readText(full);
      const after = formatSource({ path, text: before });
      if (after === before) continue;
      wrong += 1;
      if (args.get(checkOption)) console.out(`${path} is not formatted`);
      else {
        host.files.writeFileDurably(full, after, host.files.stat(full)?.mode ?? 0o644);
        console.out(`${path} formatted`);
      }
    }
    return args.get(checkOption) && wrong > 0 ? NOT_FORMATTED : EXIT.ok;
  },
};
