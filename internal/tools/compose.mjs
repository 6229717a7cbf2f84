// Composes the subgraphs listed in supergraph.yaml into one supergraph.
// usage: node compose.mjs <repository root> <output folder>
// Writes subgraphs/<name>.graphql, supergraph.graphql and api.graphql; prints every composition error and exits 1 on the first round of them.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices, transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { parse as parseGraphQL, printSchema, buildASTSchema, print } from 'graphql';
import { parse as parseYAML } from 'yaml';

const [root, out] = process.argv.slice(2);
const config = parseYAML(readFileSync(join(root, 'supergraph.yaml'), 'utf8'));

function readFolder(folder) {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.graphqls'))
    .sort()
    .map((name) => readFileSync(join(root, folder, name), 'utf8').trimEnd())
    .join('\n\n');
}

const shared = readFolder(config.shared);
const services = Object.entries(config.subgraphs).map(([name, { url, schema }]) => ({
  name,
  url,
  sdl: `${shared}\n\n${readFolder(schema)}\n`,
}));

const result = composeServices(services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parseGraphQL(sdl) })));
if (result.errors?.length) {
  for (const error of result.errors) console.error(error.message);
  process.exit(1);
}

const folder = join(out, 'subgraphs');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { name, sdl } of services) writeFileSync(join(folder, `${name}.graphql`), sdl);
writeFileSync(join(out, 'supergraph.graphql'), print(parseGraphQL(result.supergraphSdl)) + '\n');
const api = transformSupergraphToPublicSchema(parseGraphQL(result.supergraphSdl));
writeFileSync(join(out, 'api.graphql'), printSchema(buildASTSchema(api)) + '\n');
