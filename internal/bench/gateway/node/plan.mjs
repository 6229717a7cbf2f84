// Plans operations with another gateway's planner. usage: node plan.mjs apollo|hive < {"Supergraph": SDL, "API": SDL, "Operations": [text]}
// Prints {"Times": [nanoseconds], "Fetches": [number]}, per operation the median of three passes after one to warm up. Both parse; Apollo's
// time has graphql-js's validation in it too, as in its gateway, Hive's has none.
import { readFileSync } from 'node:fs';

const input = JSON.parse(readFileSync(0, 'utf8'));

async function apollo() {
  const { Supergraph, operationFromDocument } = await import('@apollo/federation-internals');
  const { QueryPlanner } = await import('@apollo/query-planner');
  const { parse, validate } = await import('graphql');
  const supergraph = Supergraph.build(input.Supergraph);
  const planner = new QueryPlanner(supergraph);
  const api = supergraph.apiSchema();
  const schema = api.toGraphQLJSSchema();
  return (text) => {
    const document = parse(text);
    const errors = validate(schema, document);
    if (errors.length) throw errors[0];
    return planner.buildQueryPlan(operationFromDocument(api, document, { validate: false }));
  };
}

async function hive() {
  const { QueryPlanner } = await import('@graphql-hive/router-query-planner');
  const planner = new QueryPlanner(input.Supergraph);
  return (text) => planner.plan(text, null, new Set(), 0);
}

function fetches(node) {
  if (!node || typeof node !== 'object') return 0;
  if (node.kind === 'Fetch' || node.kind === 'BatchFetch') return 1;
  return [node.node, ...(node.nodes ?? []), node.ifClause, node.elseClause].reduce((n, child) => n + fetches(child), 0);
}

const plan = await { apollo, hive }[process.argv[2]]();
const times = input.Operations.map(() => []);
const counts = [];
for (let pass = 0; pass < 4; pass++) {
  input.Operations.forEach((text, i) => {
    const began = process.hrtime.bigint();
    const made = plan(text);
    const took = Number(process.hrtime.bigint() - began);
    if (pass > 0) times[i].push(took);
    counts[i] = fetches(made.node);
  });
}
console.log(JSON.stringify({ Times: times.map((t) => t.sort((a, b) => a - b)[1]), Fetches: counts }));
