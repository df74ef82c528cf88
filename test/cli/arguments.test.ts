import { describe, expect, test } from '@jest/globals';
import { ok } from '../../src/base/result.js';
import { parseArguments } from '../../src/cli/argument-parser.js';
import {
  anyText,
  flag,
  integerOption,
  listOption,
  manyPositionals,
  optionalPositional,
  positional,
  quoted,
  textOption,
  textOptionWithDefault,
  toInteger,
  type CommandSpec,
} from '../../src/cli/argument-spec.js';
import { helpText, usageText } from '../../src/cli/usage-text.js';

const verbose = flag(['--verbose', '-v'], 'Say more');
const message = textOption(['--message', '-m'], { metavar: 'TEXT', help: 'What to say' });
const batch = integerOption(['--batch-size'], 1, { metavar: 'N', help: 'How many' });
const binds = listOption(['--bind'], (text) => ok(text), { metavar: 'a=b', help: 'Bindings' });
const until = textOptionWithDefault(['--wait-until'], 'A', {
  metavar: '{A,B}',
  choices: ['A', 'B'],
  help: 'Until when',
});
const key = positional('KEY', anyText, { help: 'A key' });
const count = optionalPositional('COUNT', toInteger, { help: 'A count' });
const spec: CommandSpec = {
  path: 'prog verb',
  summary: 'Does it',
  example: 'prog verb x',
  parameters: [verbose, message, batch, binds, until, key, count],
};

function parse(...argv: string[]) {
  const parsed = parseArguments(spec, argv);
  if (!parsed.ok) throw new Error(`${parsed.error.kind}: ${JSON.stringify(parsed.error)}`);
  return parsed.value;
}

function refusal(...argv: string[]) {
  const parsed = parseArguments(spec, argv);
  return parsed.ok ? 'accepted' : parsed.error;
}

describe('arguments as the original reads them', () => {
  test('options stand anywhere, in both forms', () => {
    const args = parse('--batch-size', '3', 'k', '--message=a b', '5', '-v');
    expect([
      args.get(batch),
      args.get(message),
      args.get(verbose),
      args.required(key),
      args.get(count),
    ]).toEqual([3, 'a b', true, 'k', 5]);
  });

  test('what is not given has its default', () => {
    const args = parse('k');
    expect([args.get(batch), args.get(message), args.get(verbose), args.get(binds), args.get(count)]).toEqual(
      [1, undefined, false, [], undefined],
    );
  });

  test('repeatable options collect, others take the last', () => {
    const args = parse('--bind', 'a=1', 'k', '--bind', 'b=2', '-m', 'x', '-m', 'y');
    expect([args.get(binds), args.get(message)]).toEqual([['a=1', 'b=2'], 'y']);
  });

  test('a prefix is enough while it means one option', () => {
    expect(parse('k', '--mes', 'x').get(message)).toBe('x');
    expect(refusal('k', '--b', 'x')).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('ambiguous option: --b could match --batch-size, --bind') as unknown,
    });
  });

  test('short options: together, and with the value attached', () => {
    expect(parse('k', '-mhello').get(message)).toBe('hello');
    const both = parse('k', '-vm', 'x');
    expect([both.get(verbose), both.get(message)]).toEqual([true, 'x']);
  });

  test('behind -- everything is an argument', () => {
    expect(parse('--', '--message').required(key)).toBe('--message');
  });

  test.each([
    [[], 'too few arguments'],
    [['k', '--message'], 'argument --message/-m: expected one argument'],
    [['k', '--batch-size', 'two'], "argument --batch-size: invalid int value: 'two'"],
    [['k', 'two'], "argument COUNT: invalid int value: 'two'"],
    [['k', '--wait-until', 'C'], "argument --wait-until: invalid choice: 'C' (choose from 'A', 'B')"],
  ])('%j: %s', (argv, expected) => {
    expect(refusal(...argv)).toEqual({ kind: 'invalid', message: expected });
  });

  test('what belongs to nothing is for the top level to report', () => {
    expect(refusal('k', '--nope', '1', '2')).toMatchObject({ kind: 'unrecognized' });
    expect(refusal('k', '--help')).toEqual({ kind: 'help' });
  });

  test('several sources and one destination', () => {
    const sources = manyPositionals('SRC', anyText, { help: '' });
    const destination = positional('DST', anyText, { help: '' });
    const copy = { ...spec, parameters: [sources, destination] };
    const parsed = parseArguments(copy, ['a', 'b', 'c']);
    expect(parsed.ok && [parsed.value.get(sources), parsed.value.get(destination)]).toEqual([
      ['a', 'b'],
      'c',
    ]);
    expect(parseArguments(copy, ['a'])).toMatchObject({ error: { message: 'too few arguments' } });
  });

  test('names of JavaScript are plain text', () => {
    expect(parse('__proto__', '--message', 'constructor').get(message)).toBe('constructor');
    expect(refusal('k', '--__proto__=1', '--constructor')).toMatchObject({ kind: 'unrecognized' });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('usage and help', () => {
  test('one line while it fits, then aligned behind the path', () => {
    expect(usageText(spec, 200)).toBe(
      'usage: prog verb [-h] [--verbose] [--message TEXT] [--batch-size N] [--bind a=b] [--wait-until {A,B}] KEY [COUNT]',
    );
    expect(usageText(spec, 60)).toBe(
      [
        'usage: prog verb [-h] [--verbose] [--message TEXT]',
        '                 [--batch-size N] [--bind a=b]',
        '                 [--wait-until {A,B}]',
        '                 KEY [COUNT]',
      ].join('\n'),
    );
  });

  test('help wraps its texts', () => {
    expect(helpText(spec, 60)).toContain('  --message TEXT, -m TEXT\n                        What to say');
    expect(helpText(spec, 60)).toContain('  --verbose, -v         Say more');
  });

  test.each([
    ["it's", `"it's"`],
    [`a'b"c`, `'a\\'b"c'`],
    ['a\nb\\', `'a\\nb\\\\'`],
  ])('%j is quoted as Python does', (text, expected) => {
    expect(quoted(text)).toBe(expected);
  });
});
