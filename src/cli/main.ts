import { VERSION } from './version.js';

// The answer to `--version` needs nothing else.
if (process.argv[2] === '--version' && process.argv.length === 3) process.stdout.write(`${VERSION}\n`);
else {
  const [{ runInProcess }, { AURORA_COMMANDS }] = await Promise.all([
    import('./process-host.js'),
    import('./command-tree.js'),
  ]);
  await runInProcess({ name: 'aurora', version: VERSION, commands: AURORA_COMMANDS });
}
