import { resolve } from 'node:path'

export default {
  // Its worker is found by import.meta.resolve, which a bundle does not have.
  serverExternalPackages: ['@mcp/server-tools'],
  turbopack: { root: resolve(import.meta.dirname, '../../..') },
}
