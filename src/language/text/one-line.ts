const LONGEST_OBJECT = 120;

/** A struct in a message takes a line a field: shown in one line, cut where that is long. */
export function onOneLine(message: string): string {
  if (!/,\n +/.test(message)) return message;
  const line = message.replace(/,\n +/g, ', ');
  return line.length > LONGEST_OBJECT ? `${line.slice(0, LONGEST_OBJECT)}...` : line;
}
