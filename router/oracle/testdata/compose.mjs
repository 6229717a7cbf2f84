// Composes every folder of subgraphs beside this file: <folder>/<subgraph>.graphql → <folder>.supergraph.graphql and
// <folder>.api.graphql. usage: node router/oracle/testdata/compose.mjs (the packages come from internal/tools).
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const here = new URL('.', import.meta.url);
const require = createRequire(new URL('../../../internal/tools/package.json', here));
const { composeServices, transformSupergraphToPublicSchema } = require('@theguild/federation-composition');
const { parse, print, printSchema, buildASTSchema } = require('graphql');

for (const entry of readdirSync(here, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  const folder = new URL(`${entry.name}/`, here);
  const services = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const name = file.replace(/\.graphql$/, '');
      return { name, url: `http://${name}.test/graphql`, typeDefs: parse(readFileSync(new URL(file, folder), 'utf8')) };
    });
  const result = composeServices(services);
  if (result.errors?.length) {
    for (const error of result.errors) console.error(`${entry.name}: ${error.message}`);
    process.exit(1);
  }
  const supergraph = parse(result.supergraphSdl);
  writeFileSync(new URL(`${entry.name}.supergraph.graphql`, here), print(supergraph) + '\n');
  const api = buildASTSchema(transformSupergraphToPublicSchema(supergraph));
  writeFileSync(new URL(`${entry.name}.api.graphql`, here), printSchema(api) + '\n');
}
