/**
 * What a task's checkers say together. The first terminal status wins for good; else any STARTING holds the
 * task back; else any RUNNING lets it be RUNNING. A checker without an opinion says nothing.
 */
export type CheckerStatus =
  { readonly kind: 'STARTING' } | { readonly kind: 'RUNNING'; readonly message: string } | TerminalCheck;

export interface TerminalCheck {
  readonly kind: 'TERMINAL';
  readonly status: 'FINISHED' | 'FAILED' | 'KILLED' | 'LOST';
  readonly message: string;
  readonly reason?: string;
}

export function combineStatuses(
  statuses: ReadonlyArray<CheckerStatus | undefined>,
  previous?: CheckerStatus,
): CheckerStatus | undefined {
  if (previous?.kind === 'TERMINAL') return previous;
  const known = statuses.filter((status) => status !== undefined);
  return (
    known.find((status) => status.kind === 'TERMINAL') ??
    known.find((status) => status.kind === 'STARTING') ??
    known.find((status) => status.kind === 'RUNNING')
  );
}
