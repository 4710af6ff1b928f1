// Runs the audits of GraphQL over HTTP: node audit.mjs URL KEY prints a line of JSON for each.
import { serverAudits } from 'graphql-http';

const [url, key] = process.argv.slice(2);
const fetchFn = (address, options = {}) =>
  fetch(address, {
    ...options,
    headers: { ...options.headers, authorization: `Bearer ${key}` },
  });

for (const audit of serverAudits({ url, fetchFn })) {
  const { name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ name, status, reason }));
}
