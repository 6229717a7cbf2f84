// Audits a GraphQL endpoint for conformance with GraphQL over HTTP:
//
//	node audit.mjs URL
//
// Prints every check that did not pass and a last line "N of M passed". Exits
// with 1 if one did not, with 2 if the audit could not run.
import { auditServer } from 'graphql-http';

const [url] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(2);
}

// One connection per request, so that nothing is left open at the end.
const fetchFn = (target, init = {}) => fetch(target, { ...init, headers: { ...init.headers, connection: 'close' } });

try {
  const results = await auditServer({ url, fetchFn });
  const failing = results.filter((r) => r.status !== 'ok');
  for (const r of failing) console.log(`${r.status} ${r.id}: ${r.name}: ${r.reason}`);
  console.log(`${results.length - failing.length} of ${results.length} passed`);
  process.exitCode = failing.length > 0 || results.length === 0 ? 1 : 0;
} catch (err) {
  console.error(err);
  process.exitCode = 2;
}
