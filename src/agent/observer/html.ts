/** HTML that has been escaped already; everything else is text and is escaped where it is put in. */
export class Html {
  constructor(readonly text: string) {}
}

/** Template of HTML: `html\`<b>${anything}</b>\``. Lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts.map((part, index) => `${index === 0 ? '' : show(values[index - 1])}${part}`).join(''),
  );
}

export type HtmlValue = Html | string | number | undefined | readonly Html[];

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A path of components, each escaped so that it stays one. */
export function href(...parts: ReadonlyArray<string | number>): string {
  return `/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}

function show(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map((item) => item.text).join('');
}
