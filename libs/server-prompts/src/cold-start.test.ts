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
const { createFilePromptStore, promptsServer } = await import('@mcp/server-prompts')
const server = promptsServer({ store: createFilePromptStore({ folder: 'nowhere' }) })
await server.close()
console.log(JSON.stringify(loaded))
`

it('loads none of the heavy libraries, and touches no file, before they are needed', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mcp/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname },
  )
  const loaded: unknown = JSON.parse(stdout)
  expect(loaded).toContainEqual(expect.stringContaining('prompts-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?:ajv|chokidar|diff|liquidjs|mustache|readdirp|yaml)/),
  )
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox|\/starter\/|\/engine\//))
})
