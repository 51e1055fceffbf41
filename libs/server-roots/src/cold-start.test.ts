import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { rootsServer, workspaceRoot } = await import('@mcp/server-roots')
const server = rootsServer({ roots: [workspaceRoot('/nowhere/at/all')] })
await server.close()
`

it('loads heavy libraries and accesses folders only when they are needed', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('roots-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?:chokidar|diff|istextorbinary|re2js|picomatch)/),
  )
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox\/src\/pool/))
})
