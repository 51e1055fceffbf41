import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { databaseServer } = await import('@mcp/server-database')
const server = databaseServer()
await server.close()
`

it('loads no engine and no parser before the first call', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('database-server'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node_modules\/(?:@electric-sql|libpg-query|pg|pg-cursor|mysql2)\//),
  )
  expect(loaded).not.toContainEqual(
    expect.stringMatching(/node:sqlite|(?:pglite|sqlite|postgres|mysql)-engine/),
  )
})
