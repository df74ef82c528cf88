import type { Resources } from '../model/resources.js';

/** Resources as placement computes with them: whole numbers, cpus in thousandths of a core, ports as a count. */
export interface Amounts {
  cpuMilli: number;
  ramMb: number;
  diskMb: number;
  gpus: number;
  ports: number;
  /** What the agent may take back; used by revocable tiers only. */
  revocableCpuMilli: number;
  revocableRamMb: number;
}

export function noAmounts(): Amounts {
  return { cpuMilli: 0, ramMb: 0, diskMb: 0, gpus: 0, ports: 0, revocableCpuMilli: 0, revocableRamMb: 0 };
}

export function toAmounts(resources: Resources): Amounts {
  return {
    cpuMilli: Math.round(resources.cpus * 1000),
    ramMb: resources.ramMb,
    diskMb: resources.diskMb,
    gpus: resources.gpus,
    ports: resources.ports,
    revocableCpuMilli: 0,
    revocableRamMb: 0,
  };
}

export function toResources(amounts: Readonly<Amounts>): Resources {
  return {
    cpus: (amounts.cpuMilli + amounts.revocableCpuMilli) / 1000,
    ramMb: amounts.ramMb + amounts.revocableRamMb,
    diskMb: amounts.diskMb,
    gpus: amounts.gpus,
    ports: amounts.ports,
  };
}

/** Adds `sign` times `change` in place. */
export function accumulate(sum: Amounts, change: Readonly<Amounts>, sign: 1 | -1 = 1): void {
  sum.cpuMilli += sign * change.cpuMilli;
  sum.ramMb += sign * change.ramMb;
  sum.diskMb += sign * change.diskMb;
  sum.gpus += sign * change.gpus;
  sum.ports += sign * change.ports;
  sum.revocableCpuMilli += sign * change.revocableCpuMilli;
  sum.revocableRamMb += sign * change.revocableRamMb;
}

export function amountsFit(wanted: Readonly<Amounts>, available: Readonly<Amounts>): boolean {
  return (
    wanted.cpuMilli <= available.cpuMilli &&
    wanted.ramMb <= available.ramMb &&
    wanted.diskMb <= available.diskMb &&
    wanted.gpus <= available.gpus &&
    wanted.ports <= available.ports &&
    wanted.revocableCpuMilli <= available.revocableCpuMilli &&
    wanted.revocableRamMb <= available.revocableRamMb
  );
}
