import { defineConfig } from 'vitest/config'

import { preset } from '../../vitest.preset.ts'

// Without `import`, which would hold for `require` as well: `pg` is CommonJS and loads parts of itself so.
const conditions = ['@mcp/source', 'node', 'module', 'default']

export default defineConfig({
  ...preset,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
})
