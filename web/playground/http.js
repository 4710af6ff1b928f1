export async function post(operation, headers) {
  const sent = new Headers(headers);
  sent.set('Content-Type', 'application/json');
  sent.set('Accept', 'application/graphql-response+json, application/json');
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: sent,
    body: JSON.stringify(operation),
  });
  return { status: response.status, result: await readResult(response) };
}

async function readResult(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const note = `The server answered ${response.status} without JSON.`;
    return { errors: [{ message: note }] };
  }
}

export function isUnauthorized({ status, result }) {
  const codes = result.errors?.map((error) => error.extensions?.code) ?? [];
  return status === 401 || codes.includes('UNAUTHORIZED');
}
