import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

const script = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
const { fileResources, httpResources, memoryResources, resourcesServer } =
  await import('@mcp/server-resources')
const providers = [
  fileResources({ folder: '.' }),
  memoryResources({ resources: [{ path: 'notes.md', content: '' }] }),
  httpResources({ urls: ['https://example.org/'] }),
]
await resourcesServer({ providers }).close()
console.log(JSON.stringify(loaded))
`

it('loads none of the libraries before they are needed', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mcp/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname },
  )
  const loaded: unknown = JSON.parse(stdout)
  expect(loaded).toContainEqual(expect.stringContaining('resources-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?:chokidar|readdirp|mime|undici|url-template)/),
  )
})
