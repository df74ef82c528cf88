import type { DelaySummary, SimulationReport } from './report.js';

const WORST_JOBS = 10;

/** The report as plain text: the figures, then the jobs that fared worst. */
export function renderText(report: SimulationReport): string {
  const lines = [
    `${report.name}, seed ${report.seed}: ${formatMs(report.simulatedMs)} simulated`,
    '',
    ...table(
      ['', 'count', 'p50', 'p90', 'p99', 'max'],
      [delayRow('placement delay', report.placementDelay), delayRow('time to running', report.timeToRunning)],
    ),
    '',
    ...table(
      ['launched', 'finished', 'failed', 'lost', 'killed', 'preempted', 'drained'],
      [
        [
          report.launched,
          report.finished,
          report.failed,
          report.lost,
          report.killed,
          report.preempted,
          report.drained,
        ].map(String),
      ],
    ),
    '',
    `at the end: ${report.runningAtEnd} running, ${report.pendingAtEnd} pending`,
    `mean cpu promised: ${percent(mean(report.samples.map((sample) => sample.cpuShare)))}, ` +
      `ram: ${percent(mean(report.samples.map((sample) => sample.ramShare)))}`,
  ];
  const services = report.jobs.filter(({ service }) => service);
  if (services.length > 0) {
    lines.push('', `services, the worst uptime first (${services.length} in all):`);
    lines.push(
      ...table(
        ['job', 'instances', 'uptime', 'placed', 'p99 delay', 'lost', 'failed', 'preempted'],
        services
          .slice(0, WORST_JOBS)
          .map((job) => [
            job.key,
            String(job.instances),
            `${job.uptimePercent.toFixed(3)}%`,
            String(job.placed),
            formatMs(job.delayP99Ms),
            String(job.lost),
            String(job.failed),
            String(job.preempted),
          ]),
      ),
    );
  }
  if (report.notes.length > 0)
    lines.push('', 'notes:', ...report.notes.slice(0, WORST_JOBS).map((note) => `  ${note}`));
  return `${lines.join('\n')}\n`;
}

export function renderJson(report: SimulationReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** `0 ms`, `12.5 ms`, `3.2 s`, `4 min 30 s` */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms * 10) / 10} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1000);
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}

function delayRow(name: string, delay: DelaySummary): string[] {
  return [name, String(delay.count), ...[delay.p50Ms, delay.p90Ms, delay.p99Ms, delay.maxMs].map(formatMs)];
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
