import { formatClusterJobKey } from '../../model/job-key.js';
import { positional } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import { EXIT } from '../exit-codes.js';
import { parseKeyPattern } from '../key-arguments.js';
import { resolveKeys } from '../resolve-keys.js';

const pattern = positional('cluster[/role[/env[/name]]]', parseKeyPattern, {
  help: 'A jobkey, optionally containing wildcards',
  completes: 'job-key',
});

export const listCommand: Command = {
  spec: {
    path: 'aurora job list',
    summary: '',
    description: 'List jobs that match a jobkey or jobkey pattern.',
    example: 'aurora job list cluster1/www-data',
    parameters: [...universalOptions, pattern],
  },
  async run(context) {
    const keys = await resolveKeys(context, context.args.required(pattern));
    for (const key of keys) context.console.out(formatClusterJobKey(key));
    return EXIT.ok;
  },
};
