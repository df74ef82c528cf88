import { textOptionWithDefault } from '../argument-spec.js';
import type { Command } from '../command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { configFileArgument, jobArgument, loadWithDefaults, selectorOf } from './selected-job.js';

const formatOption = textOptionWithDefault(['--format'], 'json', {
  metavar: '{json,yaml}',
  choices: ['json', 'yaml'],
  help: 'Form of the output',
});

export const configCompileCommand: Command = {
  spec: {
    path: 'aurora config compile',
    summary: '',
    example: 'aurora config compile configs/examples/hello_world.aurora hello_world --format yaml',
    parameters: [
      bindOption,
      readJsonOption,
      formatOption,
      ...universalOptions,
      ...evaluationOptions,
      configFileArgument,
      jobArgument,
    ],
  },
  async run(context) {
    const { args, console, host } = context;
    const config = await loadWithDefaults(context, args.required(configFileArgument));
    const { compileConfig } = await import('../../config/compile-config.js');
    const key = args.get(jobArgument);
    const selector = key === undefined ? undefined : selectorOf(key);
    const format = args.get(formatOption) === 'yaml' ? 'yaml' : 'json';
    console.stdout.write(compileConfig(config, host.user, selector, format));
    return EXIT.ok;
  },
};
