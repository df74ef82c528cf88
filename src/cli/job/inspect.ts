import type { Command } from '../command.js';
import { anyText, flag, optionalPositional } from '../argument-spec.js';
import {
  bindOption,
  evaluationOptions,
  readJsonOption,
  universalOptions,
  writeJsonOption,
} from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { configPathFor } from '../find-config.js';
import { jobKeyArgument } from '../key-arguments.js';
import { loadJob } from '../load-job.js';
import { INDENTED_JSON, pythonJson } from '../python-text.js';

const rawOption = flag(['--raw'], 'Show the raw configuration.');

const fileArgument = optionalPositional('pathname', anyText, {
  help:
    'Pathname of the aurora configuration file contain the job specification; on a local cluster it may be ' +
    'left out: the file that defines the job is looked for',
  completes: 'file',
});

export const inspectCommand: Command = {
  spec: {
    path: 'aurora job inspect',
    summary: '',
    example: 'aurora job inspect cluster1/www-data/devel/hello_world configs/examples/hello_world.aurora',
    parameters: [
      bindOption,
      readJsonOption,
      writeJsonOption,
      rawOption,
      ...universalOptions,
      ...evaluationOptions,
      jobKeyArgument,
      fileArgument,
    ],
  },
  async run(context) {
    const { args, console } = context;
    const key = args.required(jobKeyArgument);
    const path = await configPathFor(context, key, args.get(fileArgument), 'aurora job inspect');
    const { picked, configuration } = await loadJob(context, key, path);
    if (args.get(rawOption)) console.out(pythonJson(configuration, INDENTED_JSON));
    else {
      const { inspectJob, jobJson } = await import('../../config/inspect.js');
      console.out(args.get(writeJsonOption) ? jobJson(picked) : inspectJob(picked).replace(/\n$/, ''));
    }
    return EXIT.ok;
  },
};
