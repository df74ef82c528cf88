import { basename } from 'node:path';
import type { ProcessLogger } from '../model/process.js';
import { shellQuote } from './shell-quote.js';

/**
 * What coordinators are told, in shell. A coordinator is `sh -s`: it reads commands from its stdin, which is
 * a socket of the runner's, and keeps on running its present command when the runner is gone.
 *
 * Descriptors: 3 the task's journal (append), 4 the coordinator's own stderr to read back, 5 ENTRY to read, 6 and 7
 * console stdout and stderr, 8 stdin for the command. The command inherits none of them but by redirection.
 *
 * Journal lines, each one write:
 *
 *     c COORDINATOR TICKS               written by the runner: who it is, by pid and start time
 *     s RUN COORDINATOR PID UPTIME      the command's shell is about to be
 *     x RUN STATUS UPTIME [WORDS]       it ended; minus a signal, or 0 to 255; WORDS are the coordinator's stderr
 *     q RUN STATUS UPTIME [WORDS]       it ended, its pipes may still be in use
 *     z RUN UPTIME                      its pipes are drained
 */
export const DESCRIPTOR = {
  journal: 3,
  ownErrors: 4,
  entry: 5,
  consoleOut: 6,
  consoleErr: 7,
  stdin: 8,
} as const;

/**
 * INT, PIPE and XFSZ are ignored because the original's processes always had them ignored, and scripts may
 * count on it; the others are caught, so that a command which signals its whole group does not take its
 * coordinator along. `cd -P /proc/self` tells a subshell its own pid without a fork.
 *
 * A full disk cannot take a line: W tries until it can, for a status must not be lost.
 *
 * A shell reports exit code 137 and death by signal 9 alike; but only of the latter does it speak on stderr.
 */
export const COORDINATOR_PREAMBLE = `trap '' INT PIPE XFSZ
trap : HUP QUIT TERM USR1 USR2
W() {
until echo "$1" >&3; do sleep 1; echo >&3; done
}
S() {
read -r thermos_u thermos_r </proc/uptime
cd -P /proc/self
W "s $1 $$ \${PWD##*/} $thermos_u"
cd "$2" || exit 1
if [ -f .thermos_profile ]; then export BASH_ENV="$2/.thermos_profile"; fi
unset OLDPWD thermos_u thermos_r
}
D() {
read -r thermos_u thermos_r </proc/uptime
cd "$1" && unset OLDPWD
}
E() {
thermos_c=$?
thermos_w=
if [ $thermos_c -ne 0 ]; then
while read -r thermos_l <&4; do thermos_w="$thermos_w $thermos_l"; done
if [ $thermos_c -gt 128 ] && [ -n "$thermos_w" ]; then thermos_c=$((128-thermos_c)); fi
fi
read -r thermos_u thermos_r </proc/uptime
W "$1 $2 $thermos_c $thermos_u$thermos_w"
}
Z() {
read -r thermos_u thermos_r </proc/uptime
W "z $1 $thermos_u"
}
R() {
while :; do
if head -c "$2" >"$1" 2>/dev/null; then
if [ "$(wc -c <"$1")" -lt "$2" ]; then break; fi
thermos_i=$3
while [ $thermos_i -gt 1 ]; do
if [ -e "$1.$((thermos_i-1))" ]; then mv -f "$1.$((thermos_i-1))" "$1.$thermos_i"; fi
thermos_i=$((thermos_i-1))
done
mv -f "$1" "$1.1"
elif [ "$(head -c 1048576 | wc -c)" -eq 0 ]; then break; fi
done
}
`;

/**
 * What bash reads before a command, where it was started without a subshell that could have told its pid and opened
 * its logs. It leaves nothing behind that the command could see, not even in `$_`.
 */
export const ENTRY = `until echo "s $thermos_run $PPID $$ $thermos_uptime" >&3; do sleep 1; echo >&3; done
exec >>"$thermos_logs/stdout" 2>>"$thermos_logs/stderr" 3>&- 4<&- 5<&- || exit 1
unset thermos_run thermos_uptime thermos_logs BASH_ENV
export -n SHELL
[ -f .thermos_profile ] && export BASH_ENV="$PWD/.thermos_profile" && . "$BASH_ENV"
: "$0"
`;

export interface RunScript {
  readonly runId: string;
  readonly cmdline: string;
  /** The shell that runs the command line. */
  readonly shell: string;
  /** Of the account it runs as, where known. */
  readonly loginShell: string | undefined;
  readonly commandPrefix: readonly string[];
  readonly workingDirectory: string;
  /** The coordinator's environment may hold anything, even what changes how a shell starts. */
  readonly hasForeignEnvironment: boolean;
  readonly logDirectory: string;
  readonly logger: ProcessLogger;
  readonly hasConsole: boolean;
  readonly hasStdin: boolean;
}

/** The shell text of one run. Everything of the user's is a quoted word; only `sh -c` itself reads it as code. */
export function runScript(run: RunScript): string {
  const { destination, mode } = run.logger;
  if (destination === 'both' || (destination === 'file' && mode === 'rotate')) return pipedScript(run);
  return destination === 'file' && readsEntry(run) ? startedScript(run) : forkedScript(run);
}

/** A bash whose stdin is a socket takes that for a login from afar, and reads what it reads then instead. */
function readsEntry(run: RunScript): boolean {
  const isPlain = run.commandPrefix.length === 0 && !run.hasForeignEnvironment && !run.hasStdin;
  return isPlain && basename(run.shell) === 'bash';
}

/**
 * The usual one: the command's bash is started as it is, which costs less than a subshell that becomes it. Without a
 * SHELL each would read the list of accounts first.
 */
function startedScript(run: RunScript): string {
  const loginShell = run.loginShell === undefined ? '' : `SHELL=${shellQuote(run.loginShell)} `;
  const variables = `${loginShell}BASH_ENV=/proc/self/fd/${DESCRIPTOR.entry} thermos_run=${run.runId} thermos_uptime=$thermos_u thermos_logs=${shellQuote(run.logDirectory)}`;
  const command = [run.shell, '-c', run.cmdline].map(shellQuote).join(' ');
  return `D ${shellQuote(run.workingDirectory)} && ${variables} ${command} </dev/null${terminalClosed(run)}\nE x ${run.runId}\n`;
}

/** The descriptors of the log files are handed to the command: nothing stands between. */
function forkedScript(run: RunScript): string {
  return `(S ${run.runId} ${shellQuote(run.workingDirectory)};exec ${outputs(run)};${entry(run)})\nE x ${run.runId}\n`;
}

/**
 * The command writes into two pipes; `q` is written when it ends, `z` when both pipes have ended, too. Inside,
 * descriptor 9 is the pipe for stdout and 1 the one for stderr; 2 stays the coordinator's own.
 */
function pipedScript(run: RunScript): string {
  const start = `S ${run.runId} ${shellQuote(run.workingDirectory)};exec 2>&1 >&9 9>&-;`;
  const inner = `{ (${start}${entry(run)})\nE q ${run.runId}; }`;
  const errors = sink(run, 'stderr', DESCRIPTOR.consoleErr);
  const out = sink(run, 'stdout', DESCRIPTOR.consoleOut);
  return `{ { ${inner} | { ${errors}; } 9>&- >/dev/null; } 9>&1; } | { ${out}; }\nZ ${run.runId}\n`;
}

/**
 * A reader that never holds more than a pipe's worth. `head -c` takes exactly as much as fits into the file;
 * what a full disk refuses is dropped, so that the command is never stopped by its own log.
 */
function sink(run: RunScript, stream: 'stdout' | 'stderr', console: number): string {
  const file = shellQuote(`${run.logDirectory}/${stream}`);
  const { destination, mode, rotate } = run.logger;
  const rotated = `R ${file} ${rotate.logSizeBytes} ${rotate.backups}`;
  if (destination !== 'both') return rotated;
  const screen = run.hasConsole ? `>&${console}` : '>/dev/null';
  if (mode === 'standard') return `tee -a ${file} ${screen}`;
  return `tee /dev/fd/9 9>&1 ${screen} | ${rotated}`;
}

function outputs(run: RunScript): string {
  switch (run.logger.destination) {
    case 'console':
      return run.hasConsole
        ? `>&${DESCRIPTOR.consoleOut} 2>&${DESCRIPTOR.consoleErr}`
        : '>/dev/null 2>/dev/null';
    case 'none':
      return '>/dev/null 2>/dev/null';
    default:
      return `>>${shellQuote(`${run.logDirectory}/stdout`)} 2>>${shellQuote(`${run.logDirectory}/stderr`)}`;
  }
}

/** From inside the subshell to the command itself. */
function entry(run: RunScript): string {
  const words = [...run.commandPrefix, run.shell, '-c', run.cmdline].map(shellQuote).join(' ');
  const stdin = run.hasStdin ? `<&${DESCRIPTOR.stdin}` : '</dev/null';
  return `exec ${words} ${stdin} 3>&- 4<&- 5<&-${terminalClosed(run)}`;
}

/** What a coordinator has only where somebody looks on. */
function terminalClosed({ hasConsole, hasStdin }: RunScript): string {
  return hasConsole || hasStdin ? ' 6>&- 7>&- 8<&-' : '';
}
