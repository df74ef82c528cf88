import { describe, expect, test } from '@jest/globals';
import { tokenize } from '../../src/language/lexer.js';

const scan = (text: string): ReturnType<typeof tokenize> => tokenize({ path: 't', text });
/** Names of layout tokens, and the text of all others. */
const tokens = (text: string): string =>
  scan(text)
    .tokens.map(({ tokenType, image }) =>
      /^(?:Newline|Indent|Dedent)$/.test(tokenType.name) ? tokenType.name : image,
    )
    .join(' ');

describe('tokens', () => {
  test.each([
    ['a=b', 'a = b Newline'],
    ['a<>b!=c<=d', 'a <> b != c <= d Newline'],
    ['a**=b//c', 'a **= b // c Newline'],
    ['a:=b', 'a := b Newline'],
    ['...', '... Newline'],
    ['a is  not b not\tin c', 'a is not b not in c Newline'],
    ['not not a', 'not not a Newline'],
    ['u"a"b', 'u"a" b Newline'],
    ['bu"a"', 'bu "a" Newline'],
    ['0xFFl 1e5 1.e5 .5 5.', '0xFFl 1e5 1.e5 .5 5. Newline'],
    ['1if a', '1 if a Newline'],
    ['é = ｗ', 'é = w Newline'],
    ["f'a{b!r:>{c}}d'", "f' a { b !r : > { c } } d ' Newline"],
    ["f'{a}{{b}}'", "f' { a } {{b}} ' Newline"],
    ["f'''{\na}'''", "f''' { a } ''' Newline"],
  ])('%s', (text, expected) => {
    expect(tokens(text)).toBe(expected);
    expect(scan(text).errors).toEqual([]);
  });
});

describe('layout', () => {
  test.each([
    ['a\n\n  # comment\nb', 'a Newline b Newline'],
    ['if a:\n  b\nc', 'if a : Newline Indent b Newline Dedent c Newline'],
    ['if a:\n  if b:\n    c', 'if a : Newline Indent if b : Newline Indent c Newline Dedent Dedent'],
    ['if a:\n\tb\n        c', 'if a : Newline Indent b Newline c Newline Dedent'],
    ['(a\n  b)\n', '( a b ) Newline'],
    ['a \\\n  b', 'a b Newline'],
    ['\f  \n\ta', 'Indent a Newline Dedent'],
    ['', ''],
    ['# only', ''],
  ])('%j', (text, expected) => {
    expect(tokens(text)).toBe(expected);
  });
});

test('every token knows its place in the text', () => {
  const text = "if a:\n  x = f'{b + 1:>3}' 'c' # d\n";
  for (const { image, startOffset, endOffset } of scan(text).tokens) {
    expect(text.slice(startOffset, (endOffset ?? 0) + 1)).toBe(image);
  }
});

test('comments are kept aside, without their line ends', () => {
  const text = '# a\r\nb # c\n(\n # d\n)\n"# no"';
  expect(scan(text).comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# a', '# c', '# d']);
});

test('scanning goes on after a mistake', () => {
  const { errors } = scan("a = $\nb = 'c\nd = 08\n");
  expect(errors.map(({ code }) => code)).toEqual(['invalid-character', 'unterminated-string', 'bad-number']);
});

test('after twenty mistakes it gives up', () => {
  expect(scan('$ a\n'.repeat(100)).errors).toHaveLength(20);
});
