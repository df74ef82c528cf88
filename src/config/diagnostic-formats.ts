import { formatPlace, positionAt, type Position } from '../base/source.js';
import type { Diagnostic } from '../base/diagnostic.js';

/** Diagnostics for machines. Lines and columns count from 1; `end` is the first column after the mistake. */

interface Place {
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
}

/** One JSON array, an object a diagnostic. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): string {
  const objects = diagnostics.map((diagnostic) => {
    const place = placeOf(diagnostic);
    return {
      severity: diagnostic.severity,
      code: diagnostic.code,
      message: diagnostic.message,
      ...(place && {
        file: place.path,
        line: place.start.line,
        column: place.start.column,
        endLine: place.end.line,
        endColumn: place.end.column,
      }),
      ...(diagnostic.notes && { notes: diagnostic.notes }),
      ...(diagnostic.suggestion && { suggestion: diagnostic.suggestion }),
      ...(diagnostic.stack && {
        stack: diagnostic.stack.map(({ name, span }) => ({ name, place: formatPlace(span) })),
      }),
    };
  });
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** SARIF 2.1.0, as code hosts and editors read it. */
export function diagnosticsSarif(diagnostics: readonly Diagnostic[], version: string): string {
  const rules = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].sort();
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'aurora', version, rules: rules.map((id) => ({ id })) } },
        columnKind: 'unicodeCodePoints',
        results: diagnostics.map((diagnostic) => sarifResult(diagnostic, rules)),
      },
    ],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

function sarifResult(diagnostic: Diagnostic, rules: readonly string[]): object {
  const place = placeOf(diagnostic);
  return {
    ruleId: diagnostic.code,
    ruleIndex: rules.indexOf(diagnostic.code),
    level: diagnostic.severity,
    message: { text: fullText(diagnostic) },
    ...(place && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: encodeURI(place.path) },
            region: {
              startLine: place.start.line,
              startColumn: place.start.column,
              endLine: place.end.line,
              endColumn: place.end.column,
            },
          },
        },
      ],
    }),
  };
}

/** Workflow commands: GitHub shows each beside its line. */
export function diagnosticsGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((diagnostic) => {
      const place = placeOf(diagnostic);
      const properties = place
        ? [
            `file=${property(place.path)}`,
            `line=${place.start.line}`,
            `endLine=${place.end.line}`,
            `col=${place.start.column}`,
            `endColumn=${place.end.column}`,
            `title=${property(diagnostic.code)}`,
          ]
        : [`title=${property(diagnostic.code)}`];
      return `::${diagnostic.severity} ${properties.join(',')}::${data(fullText(diagnostic))}\n`;
    })
    .join('');
}

function placeOf({ span }: Diagnostic): Place | undefined {
  if (!span) return undefined;
  return {
    path: span.file.path,
    start: positionAt(span.file, span.start),
    end: positionAt(span.file, Math.max(span.end, span.start + 1)),
  };
}

function fullText(diagnostic: Diagnostic): string {
  return [
    diagnostic.message,
    ...(diagnostic.notes ?? []),
    ...(diagnostic.suggestion ? [diagnostic.suggestion] : []),
  ].join('\n');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
