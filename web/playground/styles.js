// Not `graphiql/style.css`: that bundle repeats Monaco's own styles and inlines
// every weight of Roboto, which together are half of the page's weight.
import '@graphiql/react/font/fira-code.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './playground.css';
