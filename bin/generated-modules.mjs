// Modules of src/ that work something out at each start: a build does it once and puts the result in their place.
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, shared } from './bundling.mjs';

/** The plugin that replaces them. */
export async function generatedModules() {
  const [grammar, schema] = await Promise.all([learntGrammar(), clustersSchema()]);
  return {
    name: 'generated-modules',
    setup(plugins) {
      plugins.onLoad({ filter: /[/]language[/]learnt-grammar\.ts$/ }, () => ({ contents: grammar }));
      plugins.onLoad({ filter: /[/]client[/]clusters-schema\.ts$/ }, ({ path }) => ({
        contents: schema,
        resolveDir: dirname(path),
      }));
    },
  };
}

/** What the parser finds out about its rules by running each once. */
async function learntGrammar() {
  const { AuroraParser } = await load('src/language/parser-blocks.ts');
  return `export const learntGrammar = ${JSON.stringify(new AuroraParser().learnt())};`;
}

/** The code that Ajv generates for the schema of clusters.yaml. */
async function clustersSchema() {
  const { SCHEMA_OPTIONS } = await load('src/client/clusters-schema.ts');
  const schema = JSON.parse(readFileSync(join(root, 'configs/schema/clusters.schema.json'), 'utf8'));
  const ajv = new Ajv2020({ ...SCHEMA_OPTIONS, code: { source: true, esm: true } });
  return `${standaloneCode.default(ajv, ajv.compile(schema))}
    export const clustersValidator = () => validate;`;
}

/** A module of src/ as it is without a build. */
async function load(path) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [join(root, path)],
    write: false,
    format: 'esm',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
