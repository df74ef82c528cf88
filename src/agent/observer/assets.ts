/** Served from /assets; pages have no code of their own, so that a content policy can forbid it. */
export const ASSETS: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  [
    'observer.css',
    {
      type: 'text/css',
      text: 'body{font-family:sans-serif;margin:1em}table{border-collapse:collapse}th,td{text-align:left;padding:.2em .6em;border-bottom:1px solid #ccc}pre{background:#f4f4f4;padding:.5em;overflow:auto}',
    },
  ],
  [
    'observer.js',
    {
      type: 'text/javascript',
      text: `
const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const PAGE = 32768, KEPT = 50000;
for (const place of document.querySelectorAll('[data-fragment]')) {
  const load = async () => {
    const reply = await fetch(place.dataset.fragment);
    if (reply.ok) place.innerHTML = await reply.text();
  };
  load();
  setInterval(load, 10000);
}
for (const view of document.querySelectorAll('[data-follow]')) {
  const indicator = document.getElementById('indicator');
  let offset;
  const follow = async () => {
    try {
      if (offset === undefined) {
        const size = (await (await fetch(view.dataset.follow)).json()).offset ?? 0;
        offset = Math.max(0, size - PAGE);
        indicator.textContent = offset === 0 ? '(AT BEGINNING OF FILE)' : '';
      }
      const chunk = await (await fetch(view.dataset.follow + '?offset=' + offset + '&length=' + PAGE)).json();
      if (chunk.data) {
        offset = chunk.offset + chunk.length;
        view.textContent = (view.textContent + plain(chunk.data)).slice(-KEPT);
        window.scrollTo(0, document.body.scrollHeight);
      }
    } catch {
      indicator.textContent = '(FAILED TO TAIL ... RETRYING)';
    }
    setTimeout(follow, 1000);
  };
  follow();
}
`,
    },
  ],
]);
