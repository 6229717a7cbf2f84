// Composes every case of router/conformance with each composer: <case>/<subgraph>.graphql → <case>/guild.supergraph.graphql and
// <case>/apollo.supergraph.graphql. A file <case>/composers names the composers that can (none: the supergraph is written by hand).
// usage: node conformance.mjs <cases folder> [case ...]
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices as guild } from '@theguild/federation-composition';
import { composeServices as apollo } from '@apollo/composition';
import { parse, print } from 'graphql';

const composers = { guild, apollo };
const [root, ...only] = process.argv.slice(2);
let failed = false;
for (const name of readdirSync(root).sort()) {
  if (only.length > 0 && !only.includes(name)) continue;
  const folder = join(root, name);
  const services = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql') && !file.endsWith('.supergraph.graphql'))
    .sort()
    .map((file) => {
      const service = file.replace(/\.graphql$/, '');
      return { name: service, url: `http://${service.toLowerCase()}.test/graphql`, typeDefs: parse(readFileSync(join(folder, file), 'utf8')) };
    });
  const list = join(folder, 'composers');
  const wanted = existsSync(list) ? readFileSync(list, 'utf8').split(/\s+/).filter(Boolean) : Object.keys(composers);
  for (const composer of wanted) {
    let result;
    try {
      result = composers[composer](services);
    } catch (error) {
      result = { errors: [error] };
    }
    if (result.errors?.length) {
      failed = true;
      for (const error of result.errors) console.error(`${name}: ${composer}: ${error.message}`);
      continue;
    }
    writeFileSync(join(folder, `${composer}.supergraph.graphql`), print(parse(result.supergraphSdl)) + '\n');
  }
}
process.exit(failed ? 1 : 0);
