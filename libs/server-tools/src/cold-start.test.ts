import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { toolsServer } = await import('@mcp/server-tools')
const server = toolsServer()
await server.close()
`

it('loads none of the heavy libraries before they are needed', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('tools-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(
      /node_modules\/(?:mathjs|ajv|yaml|fast-xml-parser|jsonata|@jmespath|re2js|smol-toml|csv|diff)/,
    ),
  )
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox\/src\/pool/))
})
