import { resolve } from 'node:path';
import {
  anyText,
  positional,
  textOption,
  textOptionWithDefault,
  toInteger,
  valueOption,
} from './argument-spec.js';
import type { Command } from './command.js';
import { universalOptions } from './common-options.js';
import type { Context } from './context.js';
import { CommandError, EXIT } from './exit-codes.js';

const formatOption = textOptionWithDefault(['--format'], 'text', {
  metavar: '{text,json,html}',
  choices: ['text', 'json', 'html'],
  help: 'Form of the report; html is one file with plots in it',
});

const seedOption = valueOption(['--seed'], toInteger, {
  metavar: 'N',
  help: "Seed of all chance, instead of the scenario's: the same seed gives the same bytes",
});

const outputOption = textOption(['--output', '-o'], {
  metavar: 'FILE',
  help: 'Write the report to this file instead of stdout',
});

const scenarioArgument = positional('SCENARIO', anyText, {
  help: 'Scenario file, YAML or JSON; there are some in configs/scenarios/',
  completes: 'file',
});

export const simulateCommand: Command = {
  spec: {
    path: 'aurora simulate',
    summary: '',
    description:
      'Run a scenario on the real scheduler with virtual agents and a fake clock, and report placement delay, ' +
      'utilisation, preemptions and SLA.',
    example: 'aurora simulate configs/scenarios/rack-loss.yaml --format html -o report.html',
    parameters: [formatOption, seedOption, outputOption, ...universalOptions, scenarioArgument],
  },
  async run(context) {
    const { args, console, host } = context;
    const path = args.required(scenarioArgument);
    const full = resolve(host.workingDirectory, path);
    if (host.files.stat(full)?.kind !== 'file')
      throw new CommandError(EXIT.invalidParameter, `${path} is not a file that can be read`);
    const [{ parseScenario }, { runScenario }] = await Promise.all([
      import('../scheduler/simulation/parse-scenario.js'),
      import('../scheduler/simulation/run-scenario.js'),
    ]);
    const scenario = parseScenario(host.files.readText(full));
    if (!scenario.ok)
      throw new CommandError(
        EXIT.invalidConfiguration,
        scenario.error.map((problem) => `${path}:${problem}`).join('\n'),
      );
    const report = runScenario(scenario.value, args.get(seedOption), progressOf(context));
    const text = await render(args.get(formatOption), report);
    const output = args.get(outputOption);
    if (output === undefined) console.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    else {
      host.files.writeFileDurably(resolve(host.workingDirectory, output), text);
      console.out(`Report written to ${output}`);
    }
    return EXIT.ok;
  },
};

type Report = Awaited<ReturnType<typeof import('../scheduler/simulation/run-scenario.js').runScenario>>;

async function render(format: string, report: Report): Promise<string> {
  if (format === 'html') return (await import('../scheduler/simulation/report-html.js')).renderHtml(report);
  const { renderJson, renderText } = await import('../scheduler/simulation/report-text.js');
  return format === 'json' ? renderJson(report) : renderText(report);
}

/** A percentage on a terminal; it is overwritten in place and wiped at the end. */
function progressOf({ console }: Context): (share: number) => void {
  const { stderr } = console;
  if (!stderr.isTerminal) return () => undefined;
  return (share) => {
    stderr.write(share >= 1 ? '\r\u001b[K' : `\rsimulating ${Math.floor(share * 100)}%`);
  };
}
