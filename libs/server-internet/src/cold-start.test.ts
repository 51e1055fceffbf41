import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { internetServer } = await import('@mcp/server-internet')
const server = internetServer({ allowedHosts: ['10.0.0.0/8'] })
await server.close()
`

it('loads none of its own libraries before they are needed', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('internet-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?!(?:zod|hono|@opentelemetry\/api)\/)/),
  )
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox\/src\/pool/))
})
