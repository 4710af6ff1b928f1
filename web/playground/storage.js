// GraphiQL's history writes the header editor's text to localStorage even when
// shouldPersistHeaders is false, and those headers can hold an access key.
const LISTS = new Set(['graphiql:queries', 'graphiql:favorites']);

function withoutHeaders(name, value) {
  if (!LISTS.has(name)) return value;
  return JSON.stringify(JSON.parse(value), (key, entry) =>
    key === 'headers' ? undefined : entry,
  );
}

function open() {
  try {
    const store = window.localStorage;
    return {
      getItem: (name) => store.getItem(name),
      setItem: (name, value) => store.setItem(name, withoutHeaders(name, value)),
      removeItem: (name) => store.removeItem(name),
      clear() {
        const names = Object.keys(store).filter((name) => name.startsWith('graphiql:'));
        for (const name of names) store.removeItem(name);
      },
      get length() {
        return store.length;
      },
    };
  } catch {
    return null; // The browser blocks storage; GraphiQL then keeps nothing.
  }
}

export const storage = open();
