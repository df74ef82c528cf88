import { DiagnosticError, renderDiagnostic, type Diagnostic } from '../../src/base/diagnostic.js';
import { loadConfig } from '../../src/config/load.js';
import type { LoadedConfig, LoadOptions } from '../../src/config/loaded-config.js';
import { prepareJob, type PickedJob } from '../../src/config/prepare-job.js';
import { testHost } from '../rig/language-host.js';
import { memoryFiles } from '../rig/memory-files.js';

const ROOT = '/case';

/** A task and a job that are complete: tests change one thing of them. */
export const BASE = `
t = Task(name='main', processes=[Process(name='run', cmdline='./run')],
         resources=Resources(cpu=0.25, ram=128*MB, disk=256*MB))
j = Job(name='web', role='ops', environment='test', cluster='west', task=t)
`;

export function optionsFor(
  files: Readonly<Record<string, string>>,
  more: Partial<LoadOptions> = {},
): LoadOptions {
  return {
    host: testHost({ files: memoryFiles(ROOT, files), currentDirectory: ROOT }),
    print: () => undefined,
    ...more,
  };
}

/** Loads a text that stands where `main.aurora` would. */
export function load(source: string, more: Partial<LoadOptions> = {}): LoadedConfig {
  return loadConfig('main.aurora', optionsFor({ 'main.aurora': source }, more));
}

/** The first job of BASE with a line that sets `jobs`. */
export function pick(jobs: string, more: Partial<LoadOptions> = {}): PickedJob {
  return prepareJob(load(`${BASE}jobs = ${jobs}`, more), 0);
}

/** The diagnostics that an action ends with. */
export function refusal(action: () => unknown): readonly Diagnostic[] {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The text of the code that a diagnostic points at. */
export function pointedAt({ span }: Diagnostic): string {
  return span ? span.file.text.slice(span.start, span.end) : '';
}

export function rendered(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n');
}
