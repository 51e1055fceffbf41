import { resolve } from 'node:path'

import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

/** The build of the page: `vite build --config web/vite.config.ts` writes `dist/web`. */
export default defineConfig({
  root: import.meta.dirname,
  // The page works under any path prefix: the service writes the element `base` of each response.
  base: './',
  // The service replaces this placeholder in each response.
  html: { cspNonce: '__NONCE__' },
  plugins: [tailwindcss()],
  resolve: { conditions: ['@mcp/source', 'browser', 'module', 'import', 'default'] },
  build: {
    outDir: resolve(import.meta.dirname, '../dist/web'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // The content security policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The directive "use client" has no effect in a bundle.
      onwarn: (warning, report) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') report(warning)
      },
    },
  },
})
