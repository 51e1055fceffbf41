import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { fileResources, httpResources, memoryResources, resourcesServer } =
  await import('@mcp/server-resources')
const providers = [
  fileResources({ folder: '.' }),
  memoryResources({ resources: [{ path: 'notes.md', content: '' }] }),
  httpResources({ urls: ['https://example.org/'] }),
]
await resourcesServer({ providers }).close()
`

it('loads no library before it is needed', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('resources-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?:chokidar|readdirp|mime|undici|url-template)/),
  )
})
