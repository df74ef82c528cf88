import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { nearest } from '../../base/nearest.js';
import { err, ok, type Result } from '../../base/result.js';
import { parseOptions, type SchedulerOptions } from '../options.js';
import type { Scenario } from './scenario.js';
import { SCENARIO_SCHEMA } from './scenario-schema.js';

export interface ParsedScenario {
  readonly scenario: Scenario;
  readonly options: SchedulerOptions;
}

/** Reads a scenario file (YAML or JSON); errors are lines of `LINE:COLUMN: what is wrong`. */
export function parseScenario(text: string): Result<ParsedScenario, string[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  if (document.errors.length > 0) {
    return err(
      document.errors.map((error) => `${place(error.pos[0])}: ${error.message.split('\n')[0] ?? ''}`),
    );
  }
  const value = document.toJS() as unknown;
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(SCENARIO_SCHEMA);
  if (!validate(value)) {
    const errors = validate.errors ?? [];
    const messages = errors
      .filter((error) => !isConsequence(error, errors))
      .map((error) => `${place(offsetOf(document, error))}: ${describe(error)}`);
    return err([...new Set(messages)]);
  }
  const scenario = value as Scenario;
  const flags = Object.entries(scenario.options ?? {}).map(
    ([name, option]) => [name, String(option)] as const,
  );
  const options = parseOptions(flags);
  if (!options.ok) {
    const node = document.getIn(['options'], true) as { range?: readonly number[] } | undefined;
    return err([`${place(node?.range?.[0] ?? 0)}: ${options.error}`]);
  }
  return ok({ scenario, options: options.value });
}

/** The failed alternatives of a `oneOf` say less than the `oneOf` itself. */
function isConsequence(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  return all.some(
    (other) =>
      other !== error && other.keyword === 'oneOf' && error.schemaPath.startsWith(`${other.schemaPath}/`),
  );
}

function describe(error: ErrorObject): string {
  const where =
    error.instancePath === '' ? 'the scenario' : `\`${error.instancePath.slice(1).replaceAll('/', '.')}\``;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys(
        (error.parentSchema?.['properties'] as object | undefined) ?? propertiesAt(error),
      );
      const near = nearest(name, known);
      return `${where} has no field '${name}'${near === undefined ? '' : `; did you mean '${near}'?`}`;
    }
    case 'required':
      return `${where} lacks the field '${String(params['missingProperty'])}'`;
    case 'pattern':
      return `${where} must look like ${EXAMPLES.get(String(params['pattern'])) ?? String(params['pattern'])}`;
    case 'enum':
      return `${where} must be one of ${(params['allowedValues'] as string[]).join(', ')}`;
    case 'oneOf':
      return `${where} must be a plain value or one of the distributions uniform, exponential, lognormal, pareto, choice`;
    default:
      return `${where} ${error.message ?? 'is wrong'}`;
  }
}

const EXAMPLES = new Map([
  ['^\\d+(ms|secs|mins|hrs|days)$', 'a duration: 500ms, 30secs, 5mins, 2hrs'],
  ['^\\d+(KB|MB|GB|TB)$', 'a size: 512MB, 16GB'],
  ['^[\\w.-]+/[\\w.-]+/[\\w.-]+$', 'role/environment/name'],
  ['^\\d+-\\d+$', 'a range: 31000-32000'],
]);

/** The field names that the schema allows where the error is. */
function propertiesAt(error: ErrorObject): object {
  let schema: unknown = SCENARIO_SCHEMA;
  for (const part of error.schemaPath.split('/').slice(1, -1))
    schema = (schema as Readonly<Record<string, unknown>> | undefined)?.[part];
  return (schema as { properties?: object } | undefined)?.properties ?? {};
}

function offsetOf(document: Document, error: ErrorObject): number {
  const path = error.instancePath.split('/').slice(1);
  if (error.keyword === 'additionalProperties')
    path.push(String((error.params as Readonly<Record<string, unknown>>)['additionalProperty']));
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined;
    if (node?.range) return node.range[0] ?? 0;
  }
  return 0;
}
