import type { Value } from '../language/value.js';
import { PystachioObject } from '../pystachio/pystachio-object.js';
import { dataOfValue, prettyJson } from './data.js';
import type { LoadedConfig } from './loaded-config.js';
import { guarded } from './config-error.js';

/** The value of an expression after the file has run, as `repr` shows it. */
export function evaluateExpression(config: LoadedConfig, text: string): string {
  const value = config.evaluation.evaluateExpression(text);
  return guarded(config.evaluation, () => config.evaluation.runtime.repr(value));
}

/** The same as JSON; an object of the templating layer is interpolated first. */
export function evaluateToJson(config: LoadedConfig, text: string): string {
  const value = config.evaluation.evaluateExpression(text);
  return guarded(config.evaluation, () => {
    const { runtime } = config.evaluation;
    const shown: Value = value instanceof PystachioObject ? value.interpolated(runtime) : value;
    return `${prettyJson(dataOfValue(shown, runtime))}\n`;
  });
}
