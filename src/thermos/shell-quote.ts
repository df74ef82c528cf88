/** A word that any POSIX shell reads back as exactly `text`. The text must hold no NUL. */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new Error('a NUL character cannot be part of a shell word');
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
