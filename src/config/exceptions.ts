/** Exception types of the templating layer and the loader: name -> the type it extends. */
export const CONFIG_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['CoercionError', 'ValueError'],
  ['InvalidRefError', 'Exception'],
  ['Uninterpolatable', 'Exception'],
  ['CycleException', 'Exception'],
]);
