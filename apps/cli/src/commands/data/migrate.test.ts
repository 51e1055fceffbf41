import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createFileStores } from '@mcp/store-file'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { startCommand } from '../../fixtures/start-command.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'mcp-migrate-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

const nowhere = 'redis://:a-secret-password@127.0.0.1:9'

async function migrate(parameters: readonly string[], environment: Record<string, string> = {}) {
  const command = startCommand(['migrate', ...parameters], { MCP_DATA_DIR: data, ...environment })
  const code = await command.exited
  return { code, output: command.lines.join('\n'), errors: command.errors() }
}

it.each([
  ['no URL', [], 2, 'The URL of Redis is missing: set --to or REDIS_URL.'],
  ['an invalid URL', ['--to', 'localhost:6379'], 2, '"--to" must be a URL such as "redis://127.0'],
  ['an empty folder', ['--to', nowhere], 2, 'There is no sessions.db or conversations.db in'],
  ['a word', ['--to', nowhere, 'x'], 2, 'Unexpected argument "x".'],
] as const)('refuses %s', async (_name, parameters, expected, message) => {
  const { code, output, errors } = await migrate(parameters)
  expect({ code, output }).toEqual({ code: expected, output: '' })
  expect(errors).toContain(message)
  expect(errors).not.toContain('a-secret-password')
  expect(readdirSync(data)).toEqual([])
})

it.each([
  ['the option', ['--to', nowhere], {}],
  ['the variable', [], { REDIS_URL: nowhere }],
] as const)('names a Redis of %s that is not reachable', async (_name, parameters, environment) => {
  await createFileStores(join(data, 'sessions.db')).close()
  const { code, output, errors } = await migrate(parameters, environment)
  expect({ code, output }).toEqual({ code: 1, output: '' })
  expect(errors).toContain('mcp migrate: Redis at 127.0.0.1:9 is not reachable.')
  expect(errors).not.toContain('a-secret-password')
})

it('names a folder in use, and a damaged file', async () => {
  const stores = createFileStores(join(data, 'sessions.db'))
  const inUse = await migrate(['--to', nowhere])
  await stores.close()
  expect(inUse.code).toBe(1)
  expect(inUse.errors).toContain(`A hub, a session manager or a client app uses "${data}".`)
  writeFileSync(join(data, 'conversations.db'), 'x'.repeat(5000))
  const damaged = await migrate(['--to', nowhere])
  expect(damaged.code).toBe(1)
  expect(damaged.errors).toContain('is damaged or not a data file')
})
