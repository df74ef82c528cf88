/** Rows of plain cells in aligned columns; the last column takes what is left of the width and is cut there. */
export interface TableOptions {
  /** No cutting when absent: the output is no terminal. */
  readonly width?: number;
  readonly indent?: number;
  /** Columns, by position, whose cells are right-aligned. */
  readonly right?: ReadonlySet<number>;
  readonly paintHeader?: (text: string) => string;
  readonly paintCell?: (text: string, column: number, row: number) => string;
}

const GAP = '  ';

export function textTable(
  header: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  options: TableOptions = {},
): string[] {
  const { width, indent = 0, right = new Set<number>() } = options;
  const flat = rows.map((row) => row.map(oneLine));
  const widths = header.map((title, column) =>
    Math.max(displayWidth(title), ...flat.map((row) => displayWidth(row[column] ?? ''))),
  );
  const last = header.length - 1;
  if (width !== undefined) {
    const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, indent);
    widths[last] = Math.max(8, Math.min(widths[last] ?? 0, width - before));
  }
  const layOut = (cells: readonly string[], paint: (text: string, column: number) => string): string => {
    const parts = widths.map((columnWidth, column) => {
      const cell = cut(cells[column] ?? '', columnWidth);
      const padding = ' '.repeat(columnWidth - displayWidth(cell));
      const painted = paint(cell, column);
      if (right.has(column)) return padding + painted;
      return column === last ? painted : painted + padding;
    });
    return (' '.repeat(indent) + parts.join(GAP)).trimEnd();
  };
  return [
    // A painter of chalk's would also paint a second argument.
    layOut(header, (text) => options.paintHeader?.(text) ?? text),
    ...flat.map((row, index) =>
      layOut(row, (text, column) => options.paintCell?.(text, column, index) ?? text),
    ),
  ];
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return `${Array.from(text)
    .slice(0, Math.max(0, width - 1))
    .join('')}\u2026`;
}

/** Code points: close enough for names and messages. */
function displayWidth(text: string): number {
  return Array.from(text).length;
}
