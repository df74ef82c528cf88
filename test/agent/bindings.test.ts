import { describe, expect, test } from '@jest/globals';
import { bindDeep } from '../../src/agent/bindings.js';

const BINDINGS = {
  instance: 0,
  hostname: 'h1',
  taskId: 't-1',
  user: 'www-data',
  ports: new Map([
    ['http', 31000],
    ['0', 31001],
  ]),
};

describe('bindings', () => {
  test.each([
    ['{{mesos.instance}}@{{mesos.hostname}}', '0@h1'],
    ['{{thermos.task_id}} {{thermos.user}} {{thermos.ports[http]}}', 't-1 www-data 31000'],
    ['{{thermos.ports[{{mesos.instance}}]}}', '31001'],
    ['no {braces} ${x} {{', 'no {braces} ${x} {{'],
    ['$& $1 {{mesos.hostname}}', '$& $1 h1'],
  ])('%s', (text, expected) => {
    expect(bindDeep(text, BINDINGS)).toEqual({ value: expected, unbound: [] });
  });

  test('what nobody knows is left and named', () => {
    const { value, unbound } = bindDeep({ a: ['{{thermos.ports[admin]}}'], b: '{{&x}}' }, BINDINGS);
    expect(value).toEqual({ a: ['{{thermos.ports[admin]}}'], b: '{{x}}' });
    expect(unbound).toEqual(['thermos.ports[admin]', 'x']);
  });

  test('numbers, booleans and keys stay', () => {
    const value = JSON.parse(
      '{"n": 1, "b": true, "z": null, "__proto__": {"x": "{{mesos.instance}}"}}',
    ) as object;
    const bound = bindDeep(value, BINDINGS).value;
    expect(JSON.stringify(bound)).toBe('{"n":1,"b":true,"z":null,"__proto__":{"x":"0"}}');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test('a long row of braces costs little', () => {
    const text = '{{'.repeat(20_000);
    expect(bindDeep(text, BINDINGS).value).toBe(text);
  });
});
