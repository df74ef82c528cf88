export interface Supervision {
  /** Words before those that are given to the script. */
  readonly command?: string;
  /** Shell text that passes SIGTERM on to the child, whose pid is in `$c`. */
  readonly whenTerminated?: string;
  /** Shell text for the end, with the child's status in `$s`. */
  readonly whenEnded?: string;
}

/**
 * A shell script that runs its arguments, and ends as they end. Shells take stdin from a command in the background,
 * so it is handed over by number, and remark on signals, so their own stderr is closed. An interrupted `wait` is
 * repeated while the child is there.
 */
export function supervise(options: Supervision = {}): string {
  const { command = '', whenTerminated = 'kill -TERM $c', whenEnded = '' } = options;
  return `exec 8>&2 9<&0 2>/dev/null
${command} "$@" 2>&8 8>&- <&9 9<&- &
c=$!
exec 8>&- 9<&-
trap '${whenTerminated}' TERM
while :; do wait $c; s=$?; kill -0 $c || break; done
${whenEnded}exit $s`;
}

/** Of a child that a signal has ended a shell tells 128 more than the signal: the signal itself is passed on. */
export const DIE_ALIKE = 'trap - TERM\nif [ $s -gt 128 ]; then kill -$((s-128)) $$; fi\n';
