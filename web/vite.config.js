import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const here = (path) => join(import.meta.dirname, path);

// The server sends `name.gz` for `name` to browsers that accept it.
function gzipAssets() {
  return {
    name: 'gzip-assets',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(css|js|json|svg|ttf)$/.test(name)) continue;
        const path = join(dir, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [gzipAssets()],
  worker: { format: 'es' },
  build: {
    outDir: here('../argosy/dashboard'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: here('playground/index.html'),
      checks: { moduleLevelDirective: false }, // "use client" means nothing here.
    },
  },
});
