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
const { internetServer } = await import('@mcp/server-internet')
const server = internetServer({ allowedHosts: ['10.0.0.0/8'] })
await server.close()
console.log(JSON.stringify(loaded))
`

it('loads none of its own libraries before they are needed', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mcp/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname },
  )
  const loaded: unknown = JSON.parse(stdout)
  expect(loaded).toContainEqual(expect.stringContaining('internet-server'))
  expect(loaded).not.toContainEqual(expect.stringMatching(/node_modules\/(?!(?:zod|hono)\/)/))
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox/))
})
