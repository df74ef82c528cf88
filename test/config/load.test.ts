import { describe, expect, test } from '@jest/globals';
import { bindDockerImages, dockerImages } from '../../src/config/docker-images.js';
import { convertJob } from '../../src/config/convert.js';
import { listJobs } from '../../src/config/list-jobs.js';
import { loadConfig } from '../../src/config/load.js';
import { pickJob, prepareJob } from '../../src/config/prepare-job.js';
import { BASE, load, optionsFor, pick, pointedAt, refusal, rendered } from './config-rig.js';

describe('loading', () => {
  test('the modules of the library are there under their short names, as its import leaves them', () => {
    const names = 'base basic choice compatibility composite config container naming parsing typing'.split(
      ' ',
    );
    const { globals } = load(names.map((name) => `${name}_ = ${name}.__name__`).join('\n')).evaluation;
    for (const name of names) expect(globals.get(`${name}_`)).toBe(`pystachio.${name}`);
    const checks = `
from pystachio.choice import Choice as SameChoice
import pystachio.composite
same = composite.Empty is Empty and pystachio.composite.Empty is Empty and SameChoice is Choice
kinds = [isinstance(Process(), Namable), isinstance(String('a'), Namable), isinstance(Process().check(), TypeCheck)]
assert same and kinds == [True, False, True]
`;
    expect(() => load(checks)).not.toThrow();
  });

  test('keys of all jobs, in order', () => {
    const config = load(`${BASE}jobs = [j, j(name='b-{{n}}').bind(n=1), j(environment=Empty)]`);
    expect(listJobs(config)).toEqual(['west/ops/test/web', 'west/ops/test/b-1', 'west/ops/{MISSING}/web']);
  });

  test('a job without environment takes the default one, and that is said', () => {
    const config = load(`${BASE}jobs = [j(environment=Empty)]`, { defaultEnvironment: 'devel' });
    expect(listJobs(config)).toEqual(['west/ops/devel/web']);
    expect(config.warnings.map(({ message }) => message)).toEqual([
      'jobs[0] names no environment: taking "devel"',
    ]);
    expect(convertJob(prepareJob(config, 0), { user: 'u' }).key.environment).toBe('devel');
    expect(refusal(() => prepareJob(load(`${BASE}jobs = [j(environment=Empty)]`), 0))[0]?.message).toBe(
      'The configuration was invalid: MesosJob[environment] is required.',
    );
  });

  test.each([
    ['no bindings', [], 'infile'],
    ['one', ['who=cli'], 'cli'],
    ['the later wins', ['who=a', 'who=b=c'], 'b=c'],
  ])('--bind: %s', (_, bindings, role) => {
    expect(
      pick(`[j(contact='{{who}}').bind(who='infile')]`, { bindings }).interpolated.field('contact'),
    ).toMatchObject({
      payload: role,
    });
  });

  test('sys is there without an import, as in the original', () => {
    expect(pick(`[j(contact=str(sys.maxint))]`).interpolated.field('contact')).toMatchObject({
      payload: '9223372036854775807',
    });
  });

  test('a binding that is none is refused', () => {
    expect(refusal(() => load('', { bindings: ['justname'] }))[0]?.message).toBe(
      'Binding parameter must be formatted name=value',
    );
    expect(refusal(() => load('', { bindings: ['a b=1'] }))[0]?.message).toBe(
      'Could not parse binding parameter a b: Badly formed address .a b',
    );
  });

  test('an unknown key lists the candidates', () => {
    const config = load(`${BASE}jobs = [j, j(name='api')]`);
    const [diagnostic] = refusal(() =>
      pickJob(config, { cluster: 'west', role: 'ops', environment: 'test', name: 'apo' }),
    );
    expect(diagnostic?.message).toBe(
      'Could not find job west/ops/test/apo\nCandidates are:\n  west/ops/test/web\n  west/ops/test/api',
    );
  });

  test.each([
    ['nothing', 'x = 1', /No job defined/],
    ['a number', 'jobs = 3', /has no len/],
    ['one job', `${BASE}jobs = j`, /has no len/],
    ['a dict', `jobs = [{'name': 'x'}]`, /has no attribute 'has_cluster'/],
  ])('jobs is %s', (_, source, message) => {
    expect(rendered(refusal(() => pickJob(load(source), {})))).toMatch(message);
  });

  test.each([
    ['missing.aurora', "[Errno 2] No such file or directory: 'missing.aurora'"],
    ['lib', "[Errno 21] Is a directory: 'lib'"],
  ])('%s cannot be read', (path, message) => {
    const [diagnostic] = refusal(() => loadConfig(path, optionsFor({ 'lib/x': '' })));
    expect(diagnostic?.message).toBe(message);
  });

  test('a site prelude is seen by the config', () => {
    const files = {
      'main.aurora': `${BASE}jobs = [j(name=site('x'))]`,
      'prelude.aurora': `def site(n): return 'site-' + n`,
    };
    const config = loadConfig('main.aurora', optionsFor(files, { prelude: 'prelude.aurora' }));
    expect(listJobs(config)).toEqual(['west/ops/test/site-x']);
  });

  test('names of prototypes work as plain data or are refused, and change nothing', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const job = convertJob(
        pick(
          `[j(name='${name}', constraints={'${name}': 'v'}, metadata=[{'key': '${name}', 'value': '1'}])]`,
        ),
        { user: 'u' },
      );
      expect(job.key.name).toBe(name);
      expect(job.taskConfig.constraints[0]?.name).toBe(name);
      const { data = '' } = job.taskConfig.executorConfig ?? {};
      expect(data).toContain(`{"${name}": "v"}`);
    }
    expect(({} as Record<string, unknown>)['v']).toBeUndefined();
    for (const name of ['a/b', '', '$(x)', 'x;y', 'a\\u202eb']) {
      expect(refusal(() => convertJob(pick(`[j(name=u'${name}')]`), { user: 'u' }))).toHaveLength(1);
    }
  });
});

describe('JSON configs', () => {
  const task =
    '{"processes": [{"name": "p", "cmdline": "x"}], "resources": {"cpu": 1, "ram": 1048576, "disk": 1048576}}';
  const read = (text: string) =>
    loadConfig('main.json', optionsFor({ 'main.json': text }, { readJson: true }));

  test('one bare job, or a list', () => {
    const job = `{"name": "a", "role": "r", "cluster": "c", "environment": "e", "task": ${task}}`;
    expect(listJobs(read(job))).toEqual(['c/r/e/a']);
    expect(listJobs(read(`{"jobs": [${job}, ${job}]}`))).toHaveLength(2);
  });

  test('a mistake is shown where it stands', () => {
    const [unknown] = refusal(() => read(`{"jobs": [{"name": "a",\n "rol": "r"}]}`));
    expect(unknown?.message).toBe('Unknown schema attribute rol');
    expect(unknown && pointedAt(unknown)).toBe('"rol": "r"');
    const [syntax] = refusal(() => read('{\n  "a": 1\n  "b": 2}'));
    expect(syntax?.message).toBe('Expecting , delimiter: line 3 column 3 (char 13)');
    expect(syntax && pointedAt(syntax)).toBe('"');
  });

  test('JSON that nests without end is refused', () => {
    expect(refusal(() => read('['.repeat(1_000_000)))[0]?.message).toMatch(/nests more than 500 levels/);
    expect(refusal(() => read(`{"a": ${'['.repeat(400)}`))[0]?.message).toMatch(
      /No JSON object could be decoded/,
    );
  });
});

describe('docker images', () => {
  test('are asked for once and bound', async () => {
    const config = load(
      `${BASE}c = Docker(image='{{docker.image[lib/app][1.2]}}')\njobs = [j(container=c), j(name='b', container=c)]`,
    );
    expect(dockerImages(config)).toEqual([{ name: 'lib/app', tag: '1.2' }]);
    const asked: string[] = [];
    const bound = await bindDockerImages(config, async ({ name, tag }) => {
      asked.push(`${name}:${tag}`);
      return `${name}@sha256:abc`;
    });
    expect(asked).toEqual(['lib/app:1.2']);
    expect(convertJob(prepareJob(bound, 1), { user: 'u' }).taskConfig.container).toEqual({
      docker: { image: 'lib/app@sha256:abc', parameters: [] },
    });
  });

  test('a registry that refuses is reported', async () => {
    const config = load(`${BASE}jobs = [j(container=Docker(image='{{docker.image[a][b]}}'))]`);
    await expect(
      bindDockerImages(config, async () => {
        throw new Error('manifest unknown');
      }),
    ).rejects.toThrow('Could not resolve a:b: manifest unknown');
  });
});
