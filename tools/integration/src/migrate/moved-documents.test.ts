import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createFileDocumentStore, createSealedDocuments } from '@mcp/files'
import { listen } from '@mcp/node'
import { createRedisConversations } from '@mcp/store-redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { areProgramsMissing } from '../missing-programs.ts'
import { waitUntil } from '../running-app.ts'
import { startHub } from '../system.ts'
import { serve } from '../upstream/remote-server.ts'
import { startMigrateWith } from './migrate-command.ts'
import type { OwnRedis } from './own-redis.ts'
import { redisServer, startOwnRedis } from './own-redis.ts'
import { readRedis } from './read-redis.ts'

const MCP_SECRET = 's'.repeat(32)
const tokens = { ada: 'token-of-ada-0123456789abcdef', ben: 'token-of-ben-0123456789abcdef' }
const modelKey = 'key-of-a-model'
const headerValue = 'value-of-a-header'
const accessToken = 'access-token-of-a-login'
const provider = '/providers/openai-compatible'

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))('mcp migrate', () => {
  let folder: string
  let data: string
  let shared: Readonly<Record<string, string>>
  let redis: OwnRedis
  let server: Awaited<ReturnType<typeof serve>>
  let models: Awaited<ReturnType<typeof listen>>
  const authorizations: (string | null)[] = []
  beforeAll(async () => {
    redis = await startOwnRedis()
    server = await serve('modern', { calls: 0 })
    const service = {
      async fetch({ headers }: Request) {
        authorizations.push(headers.get('authorization'))
        return Response.json({ object: 'list', data: [{ id: 'a-small-model' }] })
      },
      close: async () => {},
    }
    models = await listen({ service, port: 0 })
    folder = mkdtempSync(join(tmpdir(), 'mcp-moved-documents-'))
    data = join(folder, 'data')
    const names = Object.entries(tokens).map(([name, token]) => `${name}:${token}`)
    const operators = { MCP_OPERATORS: 'ada', SAMPLING_OPERATORS: 'ada' }
    shared = { MCP_TOKENS: names.join(','), ...operators, MCP_SECRET }
  })
  afterAll(async () => {
    await redis.kill()
    await server.close()
    await models.close()
    rmSync(folder, { recursive: true, force: true })
  })

  type Name = keyof typeof tokens
  const savedCall = (name: Name) => ({ type: 'root-operation', payload: { by: name } })

  /** Starts a hub with a data folder, and calls it as one of the callers. */
  async function start(environment: Readonly<Record<string, string>>) {
    const hub = await startHub({ ...shared, ...environment })
    let isStopped = false
    const stop = async () => {
      if (!isStopped) await hub.stop()
      isStopped = true
    }
    onTestFinished(stop)
    const send = async (name: Name, call: string, body?: unknown): Promise<unknown> => {
      const [method = '', path = ''] = call.split(' ')
      const base = path.startsWith('/servers') ? hub.sessionManagerUrl : hub.clientUrl
      const response = await fetch(base + path, {
        method,
        headers: { authorization: `Bearer ${tokens[name]}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${call}: ${response.status} ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    }
    return { send, stop }
  }

  async function migrate(environment: Readonly<Record<string, string>>, ...words: string[]) {
    return startMigrateWith(environment, '--to', redis.url, '--data', data, ...words).ended
  }

  /** Returns a digest of each file. */
  function digests(path = data): unknown[] {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      const file = join(path, entry.name)
      if (entry.isDirectory()) return digests(file)
      // SQLite creates empty journals when it reads a file.
      if (!entry.isFile() || /\.db-(shm|wal)$/.test(entry.name)) return []
      const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
      return [[file, statSync(file).mtimeMs, digest]]
    })
  }

  it('copies what a hub keeps in files, which a hub on Redis reads', async () => {
    const before = await start({ MCP_DATA_DIR: data })
    for (const name of ['ada', 'ben'] as const) {
      await before.send(name, 'PUT /saved-calls/mine', savedCall(name))
    }
    await before.send('ada', `PUT ${provider}`, { key: modelKey, url: `${models.url}/v1` })
    const headers = { 'x-key': headerValue }
    await before.send('ada', 'POST /servers', { name: 'remote', url: server.url, headers })
    const pins = join(data, 'upstreams', 'pins')
    await waitUntil('the tools are approved', async () => {
      return readdirSync(join(data, 'upstreams')).includes('pins') && readdirSync(pins).length > 0
    })
    await before.stop()
    const login = {
      serverUrl: server.url,
      issuedAt: 1,
      tokens: { access_token: accessToken, token_type: 'bearer' },
    }
    const credentials = createFileDocumentStore(join(data, 'upstreams', 'credentials'))
    await credentials.change('remote', () => login)
    const folderBefore = digests()

    const withoutSecret = await migrate({})
    expect(withoutSecret).toMatchObject({ code: 0, output: { documents: { documents: 3 } } })
    const remedy = 'which only MCP_SECRET seals. Set it to that of the session managers'
    for (const name of ['providers.json', 'servers.json', 'upstreams/credentials']) {
      expect(withoutSecret.errors).toContain(`Not copied: "${name}": it contains keys, ${remedy}`)
    }
    const documentNames = async () =>
      [...(await readRedis(redis.url)).keys()].filter((key) => key.includes('document:'))
    expect(await documentNames()).toHaveLength(3)

    const dryRun = await migrate({ MCP_SECRET }, '--dry-run')
    expect(dryRun).toMatchObject({ code: 0, output: { documents: { documents: 6, changed: [] } } })
    expect(await documentNames()).toHaveLength(3)
    const moved = await migrate({ MCP_SECRET })
    expect(moved).toMatchObject({
      code: 0,
      output: {
        sessions: { result: 'already-moved' },
        documents: { documents: 6, changed: [] },
      },
    })
    expect(moved.errors).not.toMatch(/saved-calls|providers|servers|upstreams/)
    const content = await readRedis(redis.url)
    expect(await documentNames()).toHaveLength(6)
    expect(await migrate({ MCP_SECRET })).toMatchObject({ code: 0 })
    expect(await readRedis(redis.url)).toEqual(content)
    expect(digests()).toEqual(folderBefore)

    const text = JSON.stringify([...content])
    for (const secret of [modelKey, headerValue, accessToken]) expect(text).not.toContain(secret)
    const target = await createRedisConversations(redis.url)
    const sealed = createSealedDocuments(target.documents, MCP_SECRET)
    expect(await sealed.read('upstream-credentials:remote')).toEqual(login)
    expect(await target.documents.read('upstream-pins:remote')).toMatchObject({
      tools: { count: {}, wait: {} },
    })
    target.close()

    const after = await start({ REDIS_URL: redis.url, MCP_DATA_DIR: join(folder, 'other') })
    for (const name of ['ada', 'ben'] as const) {
      expect(await after.send(name, 'GET /saved-calls')).toEqual({
        calls: [{ name: 'mine', ...savedCall(name) }],
        invalid: [],
      })
    }
    authorizations.length = 0
    expect(JSON.stringify(await after.send('ada', 'GET /models'))).toContain('a-small-model')
    expect(new Set(authorizations)).toEqual(new Set([`Bearer ${modelKey}`]))
    await waitUntil('the added server is described', async () =>
      JSON.stringify(await after.send('ada', 'GET /servers')).includes('"remote"'),
    )
    await waitUntil('the added server is reached', async () =>
      server.received.some(({ headers: sent }) => sent.get('x-key') === headerValue),
    )
    await after.send('ada', `PUT ${provider}`, { key: 'a-new-key' })
    await after.stop()
  }, 180_000)

  it('leaves out what was changed in Redis, unless it replaces it', async () => {
    const left = await migrate({ MCP_SECRET })
    expect(left).toMatchObject({ output: { documents: { documents: 5, changed: ['providers'] } } })
    expect(left.errors).toContain(
      'Not copied: "providers": Redis has another state of this document: --replace overwrites it.',
    )
    const sealedKey = async () => {
      const target = await createRedisConversations(redis.url)
      const sealed = createSealedDocuments(target.documents, MCP_SECRET)
      const providers = await sealed.read('providers')
      target.close()
      return Object(providers)['openai-compatible'].key
    }
    expect(await sealedKey()).toBe('a-new-key')
    const replaced = await migrate({ MCP_SECRET }, '--replace')
    expect(replaced).toMatchObject({ output: { documents: { documents: 6, changed: [] } } })
    expect(await sealedKey()).toBe(modelKey)
  }, 60_000)

  it('refuses another secret before it copies anything', async () => {
    const content = await readRedis(redis.url)
    const refused = await migrate({ MCP_SECRET: 'o'.repeat(32) }, '--replace')
    expect(refused).toMatchObject({ code: 1, output: undefined })
    expect(refused.errors.trim().split('\n')).toEqual([
      expect.stringContaining(
        'Another MCP_SECRET has sealed the document "providers" in Redis. Set MCP_SECRET to that of the session managers, or delete the document, and repeat the command.',
      ),
    ])
    expect(await readRedis(redis.url)).toEqual(content)
  }, 60_000)
})
