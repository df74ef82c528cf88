import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DiagnosticError } from '../../src/base/diagnostic.js';
import { positionAt } from '../../src/base/source.js';
import { evaluate } from '../../src/language/evaluate.js';
import { testHost } from '../rig/language-host.js';

const document = 'docs/language.md';
const text = readFileSync(document, 'utf8');

interface Example {
  readonly line: number;
  readonly kind: string;
  readonly source: string;
}

const examples: Example[] = [...text.matchAll(/^```(aurora\S*)\n([^]*?)^```$/gm)].map((match) => ({
  line: text.slice(0, match.index).split('\n').length + 1,
  kind: match[1] ?? '',
  source: match[2] ?? '',
}));

const run = (source: string): void => {
  evaluate(
    { path: document, text: source },
    { host: testHost(), budgets: { steps: 100_000 }, onPrint: () => undefined },
  );
};

test('the reference has examples', () => {
  expect(examples.length).toBeGreaterThan(15);
});

test.each(examples.filter(({ kind }) => kind === 'aurora'))(
  'the example of line $line runs',
  ({ source }) => {
    run(source);
  },
);

test.each(examples.filter(({ kind }) => kind === 'aurora-error'))(
  'the mistake of line $line is refused',
  ({ source }) => {
    const lines = source.split('\n');
    const line = lines.findIndex((one) => one.includes('###'));
    const pattern = new RegExp(/### "(.*)"$/.exec(lines[line] ?? '')?.[1] ?? '$^');
    let found: DiagnosticError | undefined;
    try {
      run(source);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      found = error;
    }
    const [first] = found?.diagnostics ?? [];
    expect(first?.message).toMatch(pattern);
    expect(first?.span && positionAt(first.span.file, first.span.start).line).toBe(line + 1);
  },
);
