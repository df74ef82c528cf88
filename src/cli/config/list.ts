import { DiagnosticError } from '../../base/diagnostic.js';
import { positional, anyText } from '../argument-spec.js';
import type { Command } from '../command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { loadFile, showDetails } from '../load-job.js';

const fileArgument = positional('pathname', anyText, {
  help: 'Pathname of the aurora configuration file contain the job specification',
  completes: 'file',
});

export const configListCommand: Command = {
  spec: {
    path: 'aurora config list',
    summary: '',
    description: 'List all jobs defined in a configuration file',
    example: 'aurora config list configs/examples/hello_world.aurora',
    parameters: [bindOption, readJsonOption, ...universalOptions, ...evaluationOptions, fileArgument],
  },
  async run(context) {
    const { console } = context;
    try {
      const config = await loadFile(context, context.args.required(fileArgument));
      const { listJobs } = await import('../../config/list-jobs.js');
      console.out(`jobs=[${listJobs(config).join(', ')}]`);
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      console.err(`Error loading configuration file: ${error.message}`);
      showDetails(context, error.diagnostics);
      throw new CommandError(EXIT.commandFailure, error.message, true);
    }
  },
};
