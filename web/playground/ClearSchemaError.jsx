import { useEffect, useRef } from 'react';
import { useGraphiQL } from '@graphiql/react';

// GraphiQL writes a schema error into the response pane and leaves it there,
// where "a key is needed" would outlive the key's arrival.
export function ClearSchemaError() {
  const { fetchError, responseEditor } = useGraphiQL((state) => ({
    fetchError: state.fetchError,
    responseEditor: state.responseEditor,
  }));
  const shown = useRef(null);

  useEffect(() => {
    if (!fetchError && shown.current && responseEditor?.getValue() === shown.current) {
      responseEditor.setValue('');
    }
    shown.current = fetchError;
  }, [fetchError, responseEditor]);

  return null;
}
