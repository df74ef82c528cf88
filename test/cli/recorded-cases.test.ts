import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CliRig } from '../rig/cli-rig.js';
import { put, sameOutput, ScriptedScheduler, takeOut, type ClientCase } from '../rig/client-replay.js';
import { InstantClock } from '../rig/instant-clock.js';

const START_MS = 1_700_000_000_000;

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'testdata', 'client', 'cases.json'), 'utf8'),
) as ClientCase[];

/** Runs of the original client, with its requests, output and exit codes; differences on purpose are left out. */
describe('recorded runs of the original client', () => {
  const zone = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'UTC';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, script) => {
    const [clusters] = [JSON.parse(put(JSON.stringify(script.clusters), '')) as unknown];
    const rig = new CliRig(clusters);
    try {
      for (const [name, text] of Object.entries(script.files)) rig.write(`work/${name}`, text);
      for (const name of Object.keys(script.stubs ?? {})) rig.write(`bin/${name}`, '');
      const scheduler = new ScriptedScheduler(script, START_MS);
      const [program, ...argv] = script.argv.map((word) => put(word, rig.folder));
      const options = {
        transport: scheduler,
        clock: new InstantClock(START_MS),
        env: script.env ?? {},
        program: stubOf(script),
      };
      const result =
        program === 'aurora_admin' ? await rig.admin(argv, options) : await rig.aurora(argv, options);
      scheduler.finish();
      expect(scheduler.problems).toEqual([]);
      expectOutput(takeOut(result.stderr, rig.folder), script.stderr, script.stderrCompare);
      expectOutput(takeOut(result.stdout, rig.folder), script.stdout, script.stdoutCompare);
      expect(result.exitCode).toBe(script.exit);
      if (script.commands)
        expect(
          result.programs.map((words) =>
            words.map((word) => takeOut(word.replace(/^.*\/bin\//, ''), rig.folder)),
          ),
        ).toEqual(script.commands);
      const made = readdirSync(rig.work).filter((name) => !(name in script.files));
      expect(
        Object.fromEntries(made.map((name) => [name, readFileSync(join(rig.work, name), 'utf8')])),
      ).toEqual(script.filesWritten ?? {});
    } finally {
      rig.dispose();
    }
  });
});

function expectOutput(got: string, want: string, mode: string | undefined): void {
  // Compared as the case asks; shown as a whole when that fails.
  if (!sameOutput(mode, got, want)) expect(got).toBe(want);
}

/** The programs of a case: what their scripts print, without a shell. */
function stubOf(script: ClientCase) {
  return ([path = '', ...args]: readonly string[]) => {
    const stub = script.stubs?.[path.split('/').at(-1) ?? ''];
    if (path.endsWith('/diff') || path === 'diff') return { exitCode: 127, stdout: '', stderr: '' };
    const [, text = '', target = ''] = /^echo (.*?)(?: >&(2))?$/.exec(stub?.script ?? '') ?? [];
    const printed = text === '' ? '' : `${text.replace('$1', args[0] ?? '')}\n`;
    return {
      exitCode: stub?.exit ?? 0,
      stdout: target === '' ? printed : '',
      stderr: target === '' ? '' : printed,
    };
  };
}
