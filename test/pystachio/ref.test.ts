import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PystachioError } from '../../src/pystachio/pystachio-error.js';
import { isAddress, Ref } from '../../src/pystachio/ref.js';

describe('addresses', () => {
  test.each([
    ['a', 'a'],
    ['.a', 'a'],
    ['a.b[c]', 'a.b[c]'],
    ['[x]', '[x]'],
    ['img[lib/app-1.2][0]', 'img[lib/app-1.2][0]'],
    ['_x9', '_x9'],
  ])('%s', (text, address) => {
    expect(Ref.parse(text).address).toBe(address);
  });

  test.each([
    ['', "Invalid address: ''"],
    ['9v', '9v'],
    [' v', ' v'],
    ['#a', '#a'],
    ['v-w', 'Badly formed address .v-w'],
    ['a.1', 'Badly formed address .a.1'],
    ['a..b', 'Badly formed address .a..b'],
    ['a b', 'Badly formed address .a b'],
    ['l[0', 'Badly formed address .l[0'],
    ['l[]', 'Badly formed address .l[]'],
    ['a|b', 'Badly formed address .a|b'],
    ['.', 'Badly formed address .'],
    ['é', 'é'],
    ['aé', 'Badly formed address .aé'],
  ])('%s is refused', (text, message) => {
    expect(() => Ref.parse(text)).toThrow(new PystachioError('InvalidRefError', message));
  });

  test('names of prototypes are plain names', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(Ref.parse(name).components).toEqual([{ kind: 'field', name }]);
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('an address of a megabyte is read, a longer one refused', () => {
    expect(isAddress('a'.repeat(999_000))).toBe(true);
    expect(isAddress('a'.repeat(1_100_000))).toBe(false);
  });

  const component = fc.oneof(
    fc.stringMatching(/^\.[A-Za-z_][A-Za-z0-9_]{0,6}$/),
    fc.stringMatching(/^\[[A-Za-z0-9_\-./]{1,6}\]$/),
  );

  test('what is printed reads back as the same object', () => {
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 6 }), (parts) => {
        const ref = Ref.parse(parts.join(''));
        expect(Ref.parse(ref.address)).toBe(ref);
        expect(ref.components).toHaveLength(parts.length);
      }),
    );
  });

  test('after() undoes concat()', () => {
    fc.assert(
      fc.property(
        fc.array(component, { minLength: 1, maxLength: 4 }),
        fc.array(component, { minLength: 1, maxLength: 4 }),
        (front, back) => {
          const [a, b] = [Ref.parse(front.join('')), Ref.parse(back.join(''))];
          expect(a.concat(b).after(a)).toBe(b);
          expect(a.after(a)).toBeNull();
        },
      ),
    );
  });
});
