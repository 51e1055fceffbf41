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
const { toolsServer } = await import('@mcp/server-tools')
const server = toolsServer()
await server.close()
console.log(JSON.stringify(loaded))
`

it('loads none of the heavy libraries before they are needed', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mcp/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname },
  )
  const loaded: unknown = JSON.parse(stdout)
  expect(loaded).toContainEqual(expect.stringContaining('tools-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(
      /node_modules\/(?:mathjs|ajv|yaml|fast-xml-parser|jsonata|@jmespath|re2js|smol-toml|csv|diff)/,
    ),
  )
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox/))
})
