import type { Painter } from '../base/diagnostic.js';

type Paint = (text: string) => string;

/** Functions, not methods: tables take them by themselves. */
export interface Style extends Painter {
  readonly error: Paint;
  readonly warning: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
}

const same = (text: string): string => text;

export const plainStyle: Style = {
  error: same,
  warning: same,
  place: same,
  gutter: same,
  hint: same,
  bold: same,
  dim: same,
  good: same,
};
