import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { createFilePromptStore, promptsServer } = await import('@mcp/server-prompts')
const server = promptsServer({ store: createFilePromptStore({ folder: 'nowhere' }) })
await server.close()
`

it('loads no large library and accesses no file before it is needed', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('prompts-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?:ajv|chokidar|diff|liquidjs|mustache|readdirp|yaml)/),
  )
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/libs\/sandbox\/src\/pool|\/starter\/|server-prompts\/src\/templates\//),
  )
})
