import { spawn } from 'node:child_process';
import { mkdtempSync, watch } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../base/clock.js';
import { diskFileSystem } from '../base/file-system.js';
import { silentLogger } from '../base/logging.js';
import { localMachine } from '../base/machine.js';
import { systemProcessTable } from '../thermos/process-table.js';
import { ShellLauncher } from '../thermos/shell-launcher.js';
import { Sweeper } from '../thermos/sweeper.js';
import type { UserAccount } from '../thermos/task-runner-options.js';
import { ownAccount, parsePasswd } from '../thermos/user-account.js';
import type { ThermosHost } from './thermos/context.js';
import { runThermos } from './thermos/program.js';
import { VERSION } from './version.js';

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === '--version') {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  for (const stream of [process.stdout, process.stderr]) {
    // Nobody reads any more; a running task goes on all the same.
    stream.on('error', () => undefined);
  }
  process.exitCode = await runThermos(argv, processHost());
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
}

function processHost(): ThermosHost {
  return {
    env: process.env,
    clock: systemClock,
    files: diskFileSystem,
    launcher: new ShellLauncher({
      clock: systemClock,
      processTable: systemProcessTable,
      logger: silentLogger,
    }),
    sweeper: new Sweeper(systemClock, systemProcessTable),
    hostname: hostname(),
    account: ownAccount(),
    machine: localMachine(),
    findAccount: (name) => accounts().find((account) => account.name === name),
    userName: (id) => accounts().find((account) => account.uid === id)?.name,
    temporaryDirectory: () => mkdtempSync(join(tmpdir(), 'tmp')),
    stdoutIsTerminal: process.stdout.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : 80,
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    onSignal(signals, callback) {
      for (const signal of signals) process.on(signal, callback);
      return () => {
        for (const signal of signals) process.off(signal, callback);
      };
    },
    ask,
    runInBackground(args) {
      const script = process.argv[1] ?? fileURLToPath(import.meta.url);
      const child = spawn(process.execPath, [script, ...args], { detached: true, stdio: 'ignore' });
      child.unref();
      return child.pid ?? 0;
    },
    watchFile(path, changed) {
      const watcher = watch(path, changed);
      return () => {
        watcher.close();
      };
    },
  };
}

/** The accounts of this machine's own list: what Node's userInfo tells is only one's own. */
function accounts(): UserAccount[] {
  return parsePasswd(diskFileSystem.exists('/etc/passwd') ? diskFileSystem.readText('/etc/passwd') : '');
}

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return;
  await new Promise<void>((done) => {
    stream.write('', () => {
      done();
    });
  });
}
