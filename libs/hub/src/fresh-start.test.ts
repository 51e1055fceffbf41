import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, readEnvironment } from '@mcp/node'
import type { OperationDescription } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { hubConfig } from './app/config.ts'
import { startHub } from './app/start-hub.ts'

let folder: string
const closing: (() => Promise<void>)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-fresh-'))
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  rmSync(folder, { recursive: true })
})

/** Starts the hub on the data folder, and opens a session. */
async function start(variables: Readonly<Record<string, string>> = {}) {
  const env = { CLIENT_PORT: '0', SESSION_MANAGER_PORT: '0', MCP_DATA_DIR: folder, ...variables }
  const log = createLogger({ name: 'hub', level: 'error' })
  const app = await startHub(readEnvironment(hubConfig, { env }), { log })
  closing.push(() => app.close({ graceMs: 0 }))
  const url = /Session manager +(http:\S+)/.exec(app.banner?.join('\n') ?? '')?.[1] ?? ''
  const post = async (path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    const value: unknown = await response.json()
    return isRecord(value) ? value : {}
  }
  const { sessionId } = await post('/sessions', { clientId: 'fresh' })
  return {
    operations: async () => {
      const response: unknown = await (await fetch(`${url}/servers`)).json()
      return readOperations(response)
    },
    call: (type: string, payload: Readonly<Record<string, unknown>>) =>
      post(`/sessions/${String(sessionId)}/requests`, { type, payload }),
    close: () => app.close({ graceMs: 0 }),
  }
}

const isOperation = (value: unknown): value is OperationDescription =>
  isRecord(value) && typeof value['operation'] === 'string'

function readOperations(body: unknown): OperationDescription[] {
  const servers = isRecord(body) && Array.isArray(body['servers']) ? body['servers'] : []
  return servers
    .filter(isRecord)
    .flatMap(({ operations }) => (Array.isArray(operations) ? operations.filter(isOperation) : []))
}

/** Operations that need a language model. */
const needsModel = new Set(['complete', 'createMessage', 'classify', 'extract', 'summarize'])

function isReady(
  { type, operation, hints }: OperationDescription,
  { requires }: OperationDescription['examples'][number],
): boolean {
  const isModelCall = type === 'sampling-operation' && needsModel.has(operation)
  return requires === undefined && !hints.openWorld && !isModelCall
}

describe('the examples on a fresh start', () => {
  it.each([
    ['in the order of the catalogue', false],
    ['in reverse order', true],
  ])(
    'succeed %s',
    async (_, isReverse) => {
      const { operations, call } = await start()
      const examples = (await operations()).flatMap((operation) =>
        operation.examples
          .filter((example) => isReady(operation, example))
          .map((example) => ({ operation, example })),
      )
      expect(examples.length).toBeGreaterThan(100)
      const failed: unknown[] = []
      for (const { operation, example } of isReverse ? examples.toReversed() : examples) {
        const { target, params } = example
        const { type, targetKey, operation: name } = operation
        const addressed = target === undefined ? {} : { [targetKey]: target }
        const response = await call(type, { ...addressed, operation: name, params })
        if (response['status'] === 'success') continue
        failed.push({ type, name, title: example.title, error: response['error'] })
      }
      expect(failed).toEqual([])
    },
    300_000,
  )
})

const list = { root: 'workspace', operation: 'listDirectory', params: { recursive: true } }
const count = { operation: 'query', params: { sql: 'SELECT count(*)::int AS n FROM notes' } }
const resources = { operation: 'list' }

it('adds starter content once', async () => {
  const first = await start()
  expect(JSON.stringify(await first.call('root-operation', list))).toContain('notes/todo.md')
  expect(await first.call('database-operation', count)).toMatchObject({
    data: { result: { rows: [{ n: 3 }] } },
  })
  expect(JSON.stringify(await first.call('resource-access', resources))).toContain('notes.md')
  const removeFolder = {
    root: 'workspace',
    operation: 'delete',
    params: { path: 'notes', recursive: true },
  }
  expect(await first.call('root-operation', removeFolder)).toMatchObject({ status: 'success' })
  const remove = { resource: 'file:///notes.md', operation: 'delete' }
  expect(await first.call('resource-access', remove)).toMatchObject({ status: 'success' })
  const empty = { operation: 'execute', params: { sql: 'DELETE FROM notes' } }
  expect(await first.call('database-operation', empty)).toMatchObject({ status: 'success' })
  await first.close()

  const second = await start()
  expect(JSON.stringify(await second.call('root-operation', list))).not.toContain('todo.md')
  expect(JSON.stringify(await second.call('resource-access', resources))).not.toContain('notes.md')
  expect(await second.call('database-operation', count)).toMatchObject({
    data: { result: { rows: [{ n: 0 }] } },
  })
}, 120_000)

it('adds nothing if MCP_STARTER is false', async () => {
  const { call } = await start({ MCP_STARTER: 'false' })
  expect(await call('root-operation', list)).toMatchObject({ data: { result: { items: [] } } })
  expect(await call('database-operation', count)).toMatchObject({ status: 'error' })
  expect(JSON.stringify(await call('resource-access', resources))).not.toContain('notes.md')
  expect(await call('prompt-template', { operation: 'list' })).toMatchObject({
    data: { result: { items: [] } },
  })
}, 120_000)
