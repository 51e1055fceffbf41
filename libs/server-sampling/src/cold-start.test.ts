import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { samplingServer } = await import('@mcp/server-sampling')
const server = samplingServer()
await server.close()
`

it('loads the heavy libraries lazily', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('sampling-server'))
  expect(loaded).not.toContainEqual(expect.stringMatching(/node_modules\/(?:ajv|@ai-sdk)/))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(
      /libs\/(?:sandbox\/src\/pool|llm\/src\/(?!tracing\.ts|providers\/trace-provider\.ts))/,
    ),
  )
})
