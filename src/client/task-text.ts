import type { TaskConfig } from '../model/task-config.js';

/**
 * A task's configuration as text, a line a field, for programs that compare texts: the layout of the
 * original, whose line numbers show in its diffs. `executorConfig.data` is JSON laid out over lines, line ends
 * inside its strings included.
 */
export function taskText(config: TaskConfig): string {
  const { executorConfig } = config;
  const fields: ReadonlyArray<readonly [string, string]> = [
    // The original's own client-side field: always empty, always there.
    ['configuration', 'None'],
    ['constraints', listText(config.constraints)],
    ['contactEmail', valueText(config.contactEmail)],
    ['container', valueText(config.container)],
    ['executorConfig', executorConfig ? executorText(executorConfig.name, executorConfig.data) : 'None'],
    ['isService', valueText(config.isService)],
    ['job', valueText(config.job)],
    ['maxTaskFailures', valueText(config.maxTaskFailures)],
    ['mesosFetcherUris', listText(config.mesosFetcherUris ?? [])],
    ['metadata', listText(config.metadata ?? [])],
    ['owner', valueText(config.owner)],
    ['partitionPolicy', valueText(config.partitionPolicy)],
    ['priority', valueText(config.priority)],
    ['production', valueText(config.production)],
    ['resources', listText(config.resources)],
    ['slaPolicy', valueText(config.slaPolicy)],
    ['taskLinks', valueText(config.taskLinks ?? new Map())],
    ['tier', valueText(config.tier)],
  ];
  return `{ ${fields.map(([name, text]) => `'${name}': ${text}`).join(',\n  ')}}\n`;
}

const MARGIN = '    ';

function executorText(name: string, data: string): string {
  return `ExecutorConfig(name=${valueText(name)}, data='\n${laidOut(data)}')`;
}

function laidOut(data: string): string {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    // Another executor's data need not be JSON.
    return `${MARGIN}${data}`;
  }
  return jsonLines(value)
    .map((line) => MARGIN + line)
    .join('\n')
    .replaceAll('\\n', '\n');
}

/** JSON with sorted keys, two blanks a level and, as Python 2 writes it, a blank behind each comma. */
function jsonLines(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  const parts = Array.isArray(value)
    ? value.map(jsonLines)
    : Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => withKey(key, jsonLines(item)));
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return [open + close];
  const inner = parts.flatMap((lines, index) => {
    const ended = [...lines];
    if (index < parts.length - 1) ended.push(`${ended.pop() ?? ''}, `);
    return ended.map((line) => `  ${line}`);
  });
  return [open, ...inner, close];
}

function withKey(key: string, [first = '', ...rest]: readonly string[]): string[] {
  return [`${JSON.stringify(key)}: ${first}`, ...rest];
}

/** Sets have no order of their own: sorted, so that equal ones are equal texts. */
function listText(items: readonly unknown[]): string {
  return `[${items.map(valueText).sort().join(', ')}]`;
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return listText(value);
  if (value instanceof Map)
    return `{${[...(value as Map<string, unknown>)]
      .map(([key, item]) => `'${key}': ${valueText(item)}`)
      .sort()
      .join(', ')}}`;
  if (typeof value === 'object')
    return `(${Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => `${key}=${valueText(item)}`)
      .join(', ')})`;
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : JSON.stringify(value);
}
