import { describe, expect, test } from '@jest/globals';
import { renderDiagnostic } from '../../src/base/diagnostic.js';
import type { SourceFile } from '../../src/base/source.js';

const file: SourceFile = { path: 'a.aurora', text: "x = 1\nweb = Proces(nmae='web')\n" };

describe('renderDiagnostic', () => {
  test('shows headline, place, the line with its neighbour, notes and suggestion', () => {
    const start = file.text.indexOf('Proces');
    const text = renderDiagnostic({
      severity: 'error',
      code: 'undefined-name',
      message: "name 'Proces' is not defined",
      span: { file, start, end: start + 6 },
      notes: ['a note'],
      suggestion: 'Did you mean "Process"?',
    });
    expect(text).toBe(
      [
        "error: name 'Proces' is not defined",
        ' --> a.aurora:2:7',
        '1 | x = 1',
        "2 | web = Proces(nmae='web')",
        '  |       ^^^^^^',
        '  = a note',
        '  = Did you mean "Process"?',
      ].join('\n'),
    );
  });

  test('a line of a megabyte shows only its neighbourhood', () => {
    const long: SourceFile = { path: 'b', text: `${'a'.repeat(500_000)}!${'b'.repeat(500_000)}` };
    const text = renderDiagnostic({
      severity: 'error',
      code: 'x',
      message: 'm',
      span: { file: long, start: 500_000, end: 500_001 },
    });
    expect(text.length).toBeLessThan(600);
    const [, , frame, caret] = text.split('\n');
    expect(frame?.[caret?.indexOf('^') ?? -1]).toBe('!');
  });

  test('control characters of the text do not reach the terminal', () => {
    const nasty: SourceFile = { path: 'c', text: 'x = "\u001b]0;title\u0007"' };
    const text = renderDiagnostic({
      severity: 'error',
      code: 'x',
      message: 'm',
      span: { file: nasty, start: 0, end: 1 },
    });
    expect(text).not.toContain('\u001b');
  });
});
