// Composes every folder of subgraphs beside this file, or in the folder named: <folder>/<subgraph>.graphql → <folder>.supergraph.graphql and
// <folder>.api.graphql. usage: node router/oracle/testdata/compose.mjs [folder] (the packages come from internal/tools).
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const own = new URL('.', import.meta.url);
const here = process.argv[2] ? pathToFileURL(`${resolve(process.argv[2])}/`) : own;
const require = createRequire(new URL('../../../internal/tools/package.json', own));
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
