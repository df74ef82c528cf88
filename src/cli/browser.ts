import type { Context } from './context.js';

/** Shows a page in the browser that `BROWSER` or the desktop names; a command never fails for lack of one. */
export async function openBrowser({ host, console }: Context, url: string): Promise<void> {
  const chosen = host.env['BROWSER']?.split(':').find((name) => name !== '');
  const candidates = chosen === undefined ? ['xdg-open', 'open', 'x-www-browser'] : [chosen];
  for (const program of candidates) {
    const { exitCode } = await host.programs.run(program, [url], { output: 'collect' });
    if (exitCode !== 127) return;
  }
  console.log('WARN', `No browser was found to open ${url}`);
}
