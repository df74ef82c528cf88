/** Why a host cannot take a task: what the algorithm used is what a user is shown. */
export interface Veto {
  readonly type: VetoType;
  /** In Aurora's words, for example `Insufficient: RAM`. */
  readonly reason: string;
  /** How far from fitting: the smaller, the nearer. */
  readonly score: number;
}

export const VETO_TYPES = [
  'INSUFFICIENT_RESOURCES',
  'CONSTRAINT_MISMATCH',
  'LIMIT_NOT_SATISFIED',
  'MAINTENANCE',
  'DEDICATED_CONSTRAINT_MISMATCH',
] as const;

export type VetoType = (typeof VETO_TYPES)[number];

/** A static veto stands until the host or the task changes; a dynamic one may pass with other tasks' changes. */
export type VetoGroup = 'EMPTY' | 'STATIC' | 'DYNAMIC' | 'MIXED';

export const NO_VETOES: readonly Veto[] = [];

export function vetoGroup(vetoes: readonly Veto[]): VetoGroup {
  if (vetoes.length === 0) return 'EMPTY';
  const dynamic = vetoes.filter((veto) => veto.type === 'LIMIT_NOT_SATISFIED').length;
  if (dynamic === 0) return 'STATIC';
  return dynamic === vetoes.length ? 'DYNAMIC' : 'MIXED';
}

export function totalScore(vetoes: readonly Veto[]): number {
  return vetoes.reduce((sum, veto) => sum + veto.score, 0);
}

/** The distance of a missing resource: in thousandths of the range that Aurora takes for a large one. */
export function insufficient(
  name: 'CPU' | 'RAM' | 'disk' | 'ports' | 'GPU',
  excess: number,
  range: number,
): Veto {
  return {
    type: 'INSUFFICIENT_RESOURCES',
    reason: `Insufficient: ${name}`,
    score: Math.min(1000, Math.floor((1000 * excess) / range)),
  };
}

export function constraintMismatch(name: string): Veto {
  return { type: 'CONSTRAINT_MISMATCH', reason: `Constraint not satisfied: ${name}`, score: 10_000 };
}

export function limitNotSatisfied(name: string): Veto {
  return { type: 'LIMIT_NOT_SATISFIED', reason: `Limit not satisfied: ${name}`, score: 10_000 };
}

export const HOST_DRAINING: readonly Veto[] = [
  { type: 'MAINTENANCE', reason: 'Host draining for maintenance', score: 100_000 },
];

export const HOST_DRAINED: readonly Veto[] = [
  { type: 'MAINTENANCE', reason: 'Host drained for maintenance', score: 100_000 },
];

export const HOST_DEDICATED: readonly Veto[] = [
  { type: 'DEDICATED_CONSTRAINT_MISMATCH', reason: 'Host is dedicated', score: 1_000_000 },
];
