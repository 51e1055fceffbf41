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
const { databaseServer } = await import('@mcp/server-database')
const server = databaseServer()
await server.close()
console.log(JSON.stringify(loaded))
`

it('loads no engine and no parser before they are needed', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mcp/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname },
  )
  const loaded: unknown = JSON.parse(stdout)
  expect(loaded).toContainEqual(expect.stringContaining('database-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?:@electric-sql|libpg-query|pg|pg-cursor|mysql2)\//),
  )
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node:sqlite|(?:pglite|sqlite|postgres|mysql)-engine/),
  )
})
