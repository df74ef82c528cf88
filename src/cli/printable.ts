/**
 * Text that cannot act on a terminal: escape sequences, bells, carriage returns and the characters that
 * reorder what is read are shown as a dot. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, '\u00b7');
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
