import { resolve } from 'node:path'

export default {
  // The package finds its worker with import.meta.resolve, which a bundle does not have.
  serverExternalPackages: ['@mcp/server-tools'],
  turbopack: { root: resolve(import.meta.dirname, '../../..') },
}
