// Gives a client of graphql-ws or graphql-sse a memory: where the connection breaks, it goes on
// right after the last `cursor` that came. The document needs `cursor`, and `$after` as `after`.
export function resuming(client) {
  const subscribe = (request, sink) => {
    const variables = { ...request.variables }; // read anew for each attempt
    const next = (result) => {
      sink.next(result);
      const [told] = Object.values(result.data ?? {});
      if (told?.cursor) variables.after = told.cursor;
    };
    const error = (reason) => sink.error(reason);
    const complete = () => sink.complete();
    return client.subscribe({ ...request, variables }, { next, error, complete });
  };
  return { ...client, subscribe };
}
