import { err, ok, type Result } from '../../base/result.js';
import { positional } from '../argument-spec.js';
import { openBrowser } from '../browser.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { connect } from '../scheduler-session.js';

interface PagePath {
  readonly cluster: string;
  readonly parts: readonly string[];
}

const pageArgument = positional('cluster[/role[/env[/job]]]', parsePagePath, {
  help: 'Scheduler page: a cluster, optionally with role, environment and job',
  completes: 'job-key',
});

export const openCommand: Command = {
  spec: {
    path: 'aurora job open',
    summary: '',
    description: "Open a job's scheduler page in the web browser.",
    example: 'aurora job open cluster1/www-data',
    parameters: [...universalOptions, pageArgument],
  },
  async run(context) {
    const { cluster, parts } = context.args.required(pageArgument);
    const client = await connect(context, cluster);
    await openBrowser(context, client.pageUrl(...parts));
    return EXIT.ok;
  },
};

function parsePagePath(text: string): Result<PagePath, string> {
  const [cluster, ...parts] = text.split('/');
  if (!cluster || parts.length > 3 || parts.includes(''))
    return err(`a page is given as cluster[/role[/env[/job]]], not '${text}'`);
  return ok({ cluster, parts: parts.map(encodeURIComponent) });
}
