import type { HttpAnswer } from './thrift-route.js';

/** A plain page for people: no script, no style from elsewhere, every text escaped by the caller's helpers. */
export function htmlPage(title: string, body: string, status = 200): HttpAnswer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
    body:
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
      `<style>${STYLE}</style></head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>\n`,
  };
}

const STYLE =
  'body{font:14px system-ui,sans-serif;margin:2em}table{border-collapse:collapse}' +
  'th,td{border:1px solid #ccc;padding:.2em .6em;text-align:left}td.number{text-align:right}';

/** Cells that are numbers stand at the right; `{ html }` is taken as it is. */
export type Cell = string | number | { readonly html: string };

export function htmlTable(head: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  const titles = head.map((text) => `<th>${escapeHtml(text)}</th>`).join('');
  const lines = rows.map((cells) => `<tr>${cells.map(cellHtml).join('')}</tr>`).join('');
  return `<table><thead><tr>${titles}</tr></thead><tbody>${lines}</tbody></table>`;
}

export function link(path: string, text: string): { readonly html: string } {
  return { html: `<a href="${escapeHtml(path)}">${escapeHtml(text)}</a>` };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function cellHtml(cell: Cell): string {
  if (typeof cell === 'number') return `<td class="number">${Number(cell.toFixed(3))}</td>`;
  return `<td>${typeof cell === 'string' ? escapeHtml(cell) : cell.html}</td>`;
}
