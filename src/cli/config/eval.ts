import { anyText, flag, positional } from '../argument-spec.js';
import type { Command } from '../command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { configFileArgument, loadWithDefaults } from './selected-job.js';

const jsonOption = flag(['--json'], 'Show the value as JSON, templates resolved');

const expressionArgument = positional('EXPR', anyText, {
  help: 'Expression to evaluate after the file has run',
});

export const configEvalCommand: Command = {
  spec: {
    path: 'aurora config eval',
    summary: '',
    example: "aurora config eval configs/examples/hello_world.aurora 'jobs[0].task().processes()'",
    parameters: [
      bindOption,
      readJsonOption,
      jsonOption,
      ...universalOptions,
      ...evaluationOptions,
      configFileArgument,
      expressionArgument,
    ],
  },
  async run(context) {
    const { args, console } = context;
    const config = await loadWithDefaults(context, args.required(configFileArgument));
    const expression = args.required(expressionArgument);
    const { evaluateExpression, evaluateToJson } = await import('../../config/evaluate-expression.js');
    if (args.get(jsonOption)) console.stdout.write(evaluateToJson(config, expression));
    else console.out(evaluateExpression(config, expression));
    return EXIT.ok;
  },
};
