import { describe, expect, test } from '@jest/globals';
import { checkConfig } from '../../src/config/check-config.js';
import { cronProblem } from '../../src/config/cron-problem.js';
import { diagnosticsGithub, diagnosticsJson, diagnosticsSarif } from '../../src/config/diagnostic-formats.js';
import { formatPlace, positionAt } from '../../src/base/source.js';
import { BASE, optionsFor, pointedAt } from './config-rig.js';

/** `line severity code: message` of everything found. */
function check(source: string): string[] {
  return checkConfig('main.aurora', optionsFor({ 'main.aurora': source })).map(
    ({ span, severity, code, message }) => {
      const line = span ? positionAt(span.file, span.start).line : 0;
      return `${line} ${severity} ${code}: ${message}`;
    },
  );
}

describe('checking', () => {
  test('a right config has nothing to say', () => {
    expect(check(`${BASE}jobs = [j]`)).toEqual([]);
  });

  test('all mistakes of all jobs at once, each once', () => {
    const source = `
p = Process(name='{{oops}}{{mesos.instance}}')
t = Task(processes=[p], resources=Resources(cpu='x', ram=MB))
jobs = [
  Job(name='a', role='r', environment='e', cluster='c', task=t, instances='many'),
  Job(name='b', role='r', environment='e', cluster='c', task=t),
]
`;
    expect(check(source)).toEqual([
      '2 error missing-field: Process[cmdline] is required',
      '2 error unbound-reference: Unbound reference: {{oops}}',
      '3 error missing-field: Resources[disk] is required',
      "3 error wrong-type: Cannot coerce 'x' to Float",
      "5 error wrong-type: Cannot coerce 'many' to Integer",
    ]);
  });

  test('wrong fields do not hide each other, and what is left out is not missed as well', () => {
    const source = `
def make(n):
  return Process(name=n, cmdlin='x')
t = Task(name='t', processes=[{'nmae': 'x', 'cmdline': 'y'}], resources=3)
u = Task(name='u', processes=[make(n) for n in 'ab'], resources=Resources(cpu='x', ram=1*MB))
jobs = [
  Job(name='a', role='r', environment='e', cluster='c', task=t, instance=2),
  Job(name='b', role='r', environment='e', cluster='c', task=u)(instances='many'),
]
print(undefined)
`;
    const mistakes = [
      '3 error unknown-field: Unknown schema attribute cmdlin',
      '4 error unknown-field: Unknown schema attribute nmae',
      '4 error wrong-type: Expected dictionary argument, got 3',
      '7 error unknown-field: Unknown schema attribute instance',
    ];
    expect(check(source)).toEqual([...mistakes, "10 error undefined-name: name 'undefined' is not defined"]);
    expect(check(source.replace('print(undefined)', ''))).toEqual([
      ...mistakes.slice(0, 3),
      '5 error missing-field: Resources[disk] is required',
      "5 error wrong-type: Cannot coerce 'x' to Float",
      ...mistakes.slice(3),
      "8 error wrong-type: Cannot coerce 'many' to Integer",
    ]);
  });

  test('names that nothing binds are told all at once, each once', () => {
    const source = `
included = 1
def helper(n):
  return zork(n) + zork(n)
class Shape(object):
  size = 3
  def area(self):
    return size
try:
  text = unikode
except NameError:
  text = str
table = dict((k, late) for k in [included])
late = Proces(name='a', cmdline=clutser)
`;
    const missing = (name: string): string => `error undefined-name: name '${name}' is not defined`;
    const missingInside = (name: string): string =>
      `error undefined-name: global name '${name}' is not defined`;
    expect(check(source)).toEqual([
      `4 ${missingInside('zork')}`,
      `8 ${missingInside('size')}`,
      `13 ${missingInside('late')}`,
      `14 ${missing('Proces')}`,
      `14 ${missing('clutser')}`,
    ]);
  });

  test('names that may still come from elsewhere are not told', () => {
    const unseen = [
      `a = foo\nb = bar\ninclude('names.aurora')`,
      `def load():\n  include('names.aurora')\na = foo\nb = bar`,
      `a = foo\nfrom names import *\nb = bar`,
      `globals()['bar'] = 1\na = foo\nb = bar`,
    ];
    for (const source of unseen) expect(check(source)).toHaveLength(1);
    const files = {
      'main.aurora': `include('names.aurora')\na = foo + bar\nb = baz`,
      'names.aurora': 'bar = 1',
    };
    expect(checkConfig('main.aurora', optionsFor(files)).map(({ message }) => message)).toEqual([
      "name 'foo' is not defined",
      "name 'baz' is not defined",
    ]);
  });

  test('a tag that is no address has a headline that says so, and its own place', () => {
    const source = `p = Process(name='a', cmdline='echo {{ name }}')\n`;
    const [found] = checkConfig(
      'main.aurora',
      optionsFor({ 'main.aurora': `${source}jobs = [Job(task=Task(processes=[p]))]` }),
    );
    expect(found?.message).toBe('Badly formed address in {{ name }}');
    expect(found && pointedAt(found)).toBe('{{ name }}');
    expect(found?.notes?.[0]).toBe('in jobs[0].task.processes[0].cmdline');
    expect(check(`String('{{ a }}').interpolate()`)).toEqual([
      '1 error invalid-reference: Badly formed address in {{ a }}',
    ]);
    expect(check(`raise ValueError(' ')`)).toEqual(['1 error value-error: ValueError']);
  });

  test('what fails since a field was left out is not told', () => {
    expect(check(`p = Process(nmae='a')\nprint(p.nmae() + 1)\njobs = 3`)).toEqual([
      '1 error unknown-field: Unknown schema attribute nmae',
    ]);
  });

  test('a program that catches exceptions gets them', () => {
    const source = `${BASE}
try:
  p = Process(name='a', cmd='x')
except AttributeError:
  p = Process(name='a', cmdline='x')
jobs = [j(task=t(processes=[p]))]
`;
    expect(check(source)).toEqual([]);
  });

  test('a mistake in the text of an included file shows how it was come to', () => {
    const files = {
      'main.aurora': `include('a.aurora')`,
      'a.aurora': `x = 1\nfrom shared import y`,
      'shared.py': `y = (1,\nz = 2]`,
    };
    const [found, ...others] = checkConfig('main.aurora', optionsFor(files));
    expect(others).toEqual([]);
    expect(found?.stack?.map(({ span }) => formatPlace(span))).toEqual([
      'shared.py:2:6',
      'a.aurora:2:20',
      'main.aurora:1:1',
    ]);
  });

  test('a syntax error is one diagnostic', () => {
    expect(check('jobs = [\n')).toHaveLength(1);
  });

  test.each([
    [
      'a process in no order',
      `[j(task=t(processes=[Process(name=n, cmdline='x') for n in 'abc'], constraints=order('a', 'b')))]`,
      'unordered-process',
    ],
    [
      'a name twice',
      `[j(task=t(processes=[Process(name='a', cmdline='x'), Process(name='a', cmdline='y')]))]`,
      'repeated-process',
    ],
    ['an order that names nothing', `[j(task=t(constraints=order('x', 'y')))]`, 'order-names-nothing'],
    [
      'a port that is not announced',
      `[j(task=t(processes=[Process(name='a', cmdline='{{thermos.ports[admin]}} {{thermos.ports[http]}}')]), announce=Announcer())]`,
      'unannounced-port',
    ],
    ['a primary port that nobody opens', `[j(announce=Announcer(portmap={}))]`, 'unbound-primary-port'],
    ['a deprecated field', `[j(production=True)]`, 'deprecated-field'],
    ['a deprecated container', `[j(container=Container(docker=Docker(image='i')))]`, 'deprecated-field'],
    [
      'a deprecated policy',
      `[j(cron_schedule='* * * * *', cron_collision_policy='RUN_OVERLAP')]`,
      'deprecated-value',
    ],
    ['a cron schedule that is none', `[j(cron_schedule='every day at 3')]`, 'bad-cron-schedule'],
    ['a cron service', `[j(cron_schedule='* * * * *', service=True)]`, 'cron-service'],
    ['two jobs with one key', `[j, j(instances=2)]`, 'duplicate-job'],
    ['no jobs', `[]`, 'no-jobs'],
  ])('%s is worth a warning', (_, jobs, code) => {
    const found = check(`${BASE}jobs = ${jobs}`);
    expect(found.map((each) => each.split(' ')[2])).toEqual([`${code}:`]);
    expect(found[0]).toContain('warning');
  });

  test.each([
    ['jobs = {}', '"jobs" must be a list of jobs, got a dict', undefined],
    ['jobs = [3]', 'jobs[0] must be a Job, got an int', 'Only Job(...) and Service(...) make jobs.'],
    [`${BASE}jobs = [j(service='yes')]`, "Cannot coerce 'yes' to Boolean", 'Write True.'],
    [
      `jobs = [Job(task=Task(resources=Resources(cpu=1, ram='64MB', disk=1)))]`,
      "Cannot coerce '64MB' to Integer",
      'Sizes are in bytes: write 64*MB.',
    ],
    ['Docker(img=1)', 'Unknown schema attribute img', 'Did you mean "image"?'],
    [
      'import os\nos.environment',
      "'module' object has no attribute 'environment'",
      'Did you mean "environ"?',
    ],
    [`{'staging': 1}['stagin']`, "KeyError: 'stagin'", "Did you mean 'staging'?"],
  ])('%s: what was meant', (source, message, suggestion) => {
    const found = checkConfig('main.aurora', optionsFor({ 'main.aurora': source }));
    expect(found.filter((each) => each.message === message).map((each) => each.suggestion)).toEqual([
      suggestion,
    ]);
  });

  test('a struct in a message takes one line', () => {
    const [found] = check(`p = Process(name='a', cmdline='b')\nt = Task(processes=p)`);
    expect(found).toMatch(/ListContainer expects an iterable, got Process\(.*\.\.\.$/);
    expect(found).not.toContain('\n');
  });

  test('a count of instances that no update allows is what is wrong, where nothing is said of updates', () => {
    const source = `${BASE}jobs = [j(instances=0)]`;
    const [found] = checkConfig('main.aurora', optionsFor({ 'main.aurora': source }));
    expect(found && pointedAt(found)).toBe('instances=0');
  });

  test.each([
    ['less than a MB', `[j(task=t(resources=Resources(cpu=1, ram=64, disk=64*MB)))]`, 'bad-resources'],
    [
      'an ambiguous update',
      `[j(instances=9, update_config=UpdateConfig(batch_size=3, update_strategy=QueueUpdateStrategy()))]`,
      'bad-update-config',
    ],
    ['an unbound reference', `[j(contact='{{me}}')]`, 'unbound-reference'],
  ])('%s is an error', (_, jobs, code) => {
    expect(check(`${BASE}jobs = ${jobs}`).map((each) => each.split(' ').slice(1, 3))).toEqual([
      ['error', `${code}:`],
    ]);
  });

  test.each([
    ['*/5 * * * *', undefined],
    ['0 3 1-7 JAN,dec *', undefined],
    ['0 3 * * MON-FRI', undefined],
    ['{{h}} * * * *', undefined],
    ['* * * *', /4 fields instead of 5/],
    ['60 * * * *', /"60" is no minute/],
    ['*/0 * * * *', /no minute/],
    ['0 3 1 * 1', /both day of month and day of week/],
    ['@daily', /1 fields/],
  ])('cron %s', (schedule, problem) => {
    if (problem === undefined) expect(cronProblem(schedule)).toBeUndefined();
    else expect(cronProblem(schedule)).toMatch(problem);
  });
});

describe('formats for machines', () => {
  const diagnostics = checkConfig(
    'main.aurora',
    optionsFor({ 'main.aurora': `jobs = [\n  Job(nmae='100%'),\n]` }),
  );

  test('JSON', () => {
    expect(JSON.parse(diagnosticsJson(diagnostics))).toMatchObject([
      {
        severity: 'error',
        code: 'unknown-field',
        file: 'main.aurora',
        line: 2,
        column: 7,
        endLine: 2,
        endColumn: 18,
      },
    ]);
  });

  test('SARIF', () => {
    expect(JSON.parse(diagnosticsSarif(diagnostics, '1.2.3'))).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'aurora', version: '1.2.3', rules: [{ id: 'unknown-field' }] } },
          results: [
            {
              ruleId: 'unknown-field',
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'main.aurora' },
                    region: { startLine: 2, startColumn: 7 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  test('GitHub', () => {
    expect(diagnosticsGithub(diagnostics)).toMatch(
      /^::error file=main.aurora,line=2,endLine=2,col=7,endColumn=18,title=unknown-field::Unknown schema attribute nmae%0A/,
    );
    expect(diagnosticsGithub([{ severity: 'warning', code: 'x', message: '100%\nsure' }])).toBe(
      '::warning title=x::100%25%0Asure\n',
    );
  });
});
