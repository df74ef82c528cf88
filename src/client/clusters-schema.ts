import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** What an error needs to say where it is, what was wanted and what was given. */
export const SCHEMA_OPTIONS = {
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  verbose: true,
} as const;

/**
 * The check of clusters.yaml, from the text of its JSON schema. The build replaces this module by the code that Ajv
 * generates for that schema: generating it takes longer than all else that reading the file needs.
 */
export function clustersValidator(schema: () => string): ValidateFunction {
  return new Ajv2020(SCHEMA_OPTIONS).compile(JSON.parse(schema()) as object);
}
