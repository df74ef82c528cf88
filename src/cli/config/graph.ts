import type { PickedJob } from '../../config/prepare-job.js';
import type { LoadedConfig } from '../../config/loaded-config.js';
import { textOptionWithDefault } from '../argument-spec.js';
import type { Command } from '../command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { configFileArgument, jobArgument, loadWithDefaults, selectorOf } from './selected-job.js';

const FORMATS = ['text', 'dot', 'mermaid', 'svg'];

const formatOption = textOptionWithDefault(['--format'], 'text', {
  metavar: `{${FORMATS.join(',')}}`,
  choices: FORMATS,
  help: 'Form of the drawing',
});

export const configGraphCommand: Command = {
  spec: {
    path: 'aurora config graph',
    summary: '',
    example: 'aurora config graph configs/examples/hello_world.aurora',
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
    const { args, console } = context;
    const config = await loadWithDefaults(context, args.required(configFileArgument));
    const drawings: string[] = [];
    for (const picked of await pickedJobs(config, args.get(jobArgument)))
      drawings.push(await draw(picked, args.get(formatOption)));
    console.stdout.write(drawings.join('\n'));
    return EXIT.ok;
  },
};

/** The selected job, or all of them. */
async function pickedJobs(config: LoadedConfig, key: string | undefined): Promise<PickedJob[]> {
  const { pickJob, prepareJob } = await import('../../config/prepare-job.js');
  if (key !== undefined || config.jobs.length === 0)
    return [pickJob(config, key === undefined ? {} : selectorOf(key))];
  return config.jobs.map((_, index) => prepareJob(config, index));
}

async function draw(picked: PickedJob, format: string): Promise<string> {
  const { processGraph } = await import('../../config/process-graph.js');
  const graph = processGraph(picked);
  if (format === 'text') return (await import('../../config/render-graph-text.js')).renderGraphText(graph);
  const { renderGraphDot, renderGraphMermaid, renderGraphSvg } =
    await import('../../config/render-graph-files.js');
  if (format === 'dot') return renderGraphDot(graph);
  return format === 'mermaid' ? renderGraphMermaid(graph) : renderGraphSvg(graph);
}
