import { Chalk } from 'chalk';
import type { Style } from './style.js';

/** Sixteen colours, which every theme of a terminal has made readable. */
const paint = new Chalk({ level: 1 });

export const colourStyle: Style = {
  error: paint.red.bold,
  warning: paint.yellow.bold,
  place: paint.cyan,
  gutter: paint.blue.bold,
  hint: paint.green,
  bold: paint.bold,
  dim: paint.dim,
  good: paint.green,
};
