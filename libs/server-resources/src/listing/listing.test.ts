import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { resources } from '@mcp/contracts/resources'
import { afterEach, describe, expect, it } from 'vitest'

import { fileResources } from '../providers/files/file-resources.ts'
import type { Call } from '../fixtures/call.ts'
import { createCall } from '../fixtures/call.ts'
import { measureMaxBlockingMs } from '../fixtures/measure-max-blocking-ms.ts'
import { createTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { httpResources } from '../providers/http/http-resources.ts'
import { memoryResources } from '../providers/memory/memory-resources.ts'
import type { ResourceProvider } from '../providers/resource-provider.ts'
import { resourcesServer } from '../resources-server.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

function start(providers: readonly ResourceProvider[]): Call {
  const server = resourcesServer({ checkResults: true, providers })
  closers.push(() => server.close())
  return createCall(server)
}

async function createFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await createTemporaryFolder(files)
  closers.push(() => folder.remove())
  return folder.path
}

async function startMixed(): Promise<Call> {
  const main = await createFolder({
    'b.md': 'Beta in Oslo',
    'b/c.md': 'C',
    'a.txt': 'alpha\nsecond line: OSLO\n',
    '.hidden': 'Oslo',
    'node_modules/x/index.js': 'Oslo',
    'docs/shadowed.md': 'Oslo',
  })
  const docs = await createFolder({ 'intro.md': 'Intro' })
  return start([
    httpResources({ urls: ['https://example.org/data.json', 'https://example.org/docs/'], fetch }),
    memoryResources({ resources: [{ path: 'oslo.md', content: 'none', description: 'A city' }] }),
    fileResources({ folder: main }),
    fileResources({ folder: docs, name: 'docs' }),
  ])
}

/** Replaces `fetch`. Every request fails. */
const fetch = async (): Promise<Response> => new Response('', { status: 503 })

const listResult = resources.operations.list.result

async function urisOf(page: unknown): Promise<string[]> {
  const { items } = listResult.parse(await page)
  return items.map(({ uri }) => uri)
}

const all = [
  'file:///a.txt',
  'file:///b.md',
  'file:///b/c.md',
  'file:///docs/intro.md',
  'https://example.org/data.json',
  'memory:///oslo.md',
]

describe('a list', () => {
  it('contains all resources by provider, without URIs that another provider serves', async () => {
    const call = await startMixed()
    expect(await urisOf(call('list'))).toEqual(all)
  })

  it.each([
    [{ scheme: 'memory' }, ['memory:///oslo.md']],
    [{ prefix: 'file:///b' }, ['file:///b.md', 'file:///b/c.md']],
    [{ prefix: 'file:///b/' }, ['file:///b/c.md']],
    [{ prefix: 'other:' }, []],
    [{ mimeType: 'text/plain' }, ['file:///a.txt']],
    [{ mimeType: 'application/*' }, ['https://example.org/data.json']],
    [{ query: 'INTRO' }, ['file:///docs/intro.md']],
    [{ query: 'city' }, ['memory:///oslo.md']],
  ])('filters by %j to %j', async (params, uris) => {
    const call = await startMixed()
    expect(await urisOf(call('list', params))).toEqual(uris)
  })

  it('returns pages that together are complete', async () => {
    const call = await startMixed()
    const pages: string[][] = []
    let cursor: string | undefined
    do {
      const params = { limit: 2, ...(cursor === undefined ? {} : { cursor }) }
      const page = listResult.parse(await call('list', params))
      pages.push(page.items.map(({ uri }) => uri))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(pages).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)])
  })

  it('rejects a cursor that it did not return', async () => {
    const call = await startMixed()
    expect(await call('list', { cursor: 'other:///x' })).toMatchObject({ code: 'invalid-params' })
  })

  it('contains resources that are unreachable, without their metadata', async () => {
    const call = await startMixed()
    const listed = await call('list', { scheme: 'https' })
    expect(listed).toEqual({
      items: [
        {
          uri: 'https://example.org/data.json',
          name: 'data.json',
          mimeType: 'application/json',
          writable: false,
          watchable: false,
        },
      ],
    })
  })
})

describe('a search', () => {
  it('finds names, descriptions and lines, ignoring case', async () => {
    const call = await startMixed()
    expect(await call('search', { query: 'oslo' })).toMatchObject({
      items: [
        { uri: 'file:///a.txt', matches: [{ line: 2, text: 'second line: OSLO' }] },
        { uri: 'file:///b.md', matches: [{ line: 1, text: 'Beta in Oslo' }] },
        { uri: 'memory:///oslo.md', matches: [] },
      ],
    })
  })

  it('does not read texts if content is false', async () => {
    const call = await startMixed()
    expect(await call('search', { query: 'oslo', content: false })).toMatchObject({
      items: [{ uri: 'memory:///oslo.md' }],
    })
  })

  it('continues after the previous page', async () => {
    const call = await startMixed()
    const first = await call('search', { query: 'oslo', limit: 1 })
    expect(first).toMatchObject({ nextCursor: 'file:///a.txt' })
    expect(await call('search', { query: 'oslo', cursor: 'file:///a.txt' })).toMatchObject({
      items: [{ uri: 'file:///b.md' }, { uri: 'memory:///oslo.md' }],
    })
  })
})

it('lists and searches thousands of files without blocking the event loop', async () => {
  const folder = await createFolder({})
  await mkdir(join(folder, 'many'))
  for (let number = 0; number < 3000; number++) {
    await writeFile(join(folder, 'many', `${number}.txt`), `line\n${number}\n`)
  }
  const call = start([fileResources({ folder })])
  const maxBlockingMs = await measureMaxBlockingMs(async () => {
    expect(await urisOf(call('list', { limit: 10 }))).toHaveLength(10)
    expect(await urisOf(call('list', { query: '2999' }))).toEqual(['file:///many/2999.txt'])
    expect(await call('search', { query: 'nowhere' })).toMatchObject({
      items: [],
      nextCursor: expect.stringContaining('file:///many/'),
    })
  })
  expect(maxBlockingMs).toBeLessThan(50)
}, 60_000)

it('rejects two providers with the same prefix, and names both', () => {
  expect(() => resourcesServer({ providers: [memoryResources(), memoryResources()] })).toThrow(
    'Two providers claim memory:///: the memory of memory:/// and the memory of memory:///',
  )
})

it('lists templates whose URIs can be read', async () => {
  const call = await startMixed()
  expect(await call('listTemplates')).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({ uriTemplate: 'file:///{+path}', variables: ['path'] }),
      expect.objectContaining({ uriTemplate: 'file:///docs/{+path}' }),
      expect.objectContaining({ uriTemplate: 'https://example.org/docs/{+path}' }),
    ]),
  })
  const variables = { path: 'b/c.md' }
  const expanded = await call('expand', { template: 'file:///{+path}', variables })
  expect(expanded).toEqual({ uri: 'file:///b/c.md' })
  expect(await call('read', { resource: 'file:///b/c.md' })).toMatchObject({ text: 'C' })
})

it('completes only variables of listed templates', async () => {
  const call = await startMixed()
  const complete = (template: string, variable: string) =>
    call('complete', { template, variable, value: 'b' })
  expect(await complete('file:///{+path}', 'path')).toEqual({
    values: ['b.md', 'b/c.md'],
    hasMore: false,
  })
  expect(await complete('file:///{+pat}', 'pat')).toMatchObject({
    code: 'not-found',
    details: { near: expect.arrayContaining(['file:///{+path}']) },
  })
  expect(await complete('file:///{+path}', 'name')).toMatchObject({
    code: 'invalid-params',
    message: expect.stringContaining('the template has path'),
  })
})

it('rejects changes of read-only providers', async () => {
  const call = await startMixed()
  const refused = { code: 'forbidden', details: { reason: 'read-only' } }
  const create = (resource: string) => call('create', { resource, content: '' })
  expect(await create('file:///new.md')).toMatchObject(refused)
  expect(await create('https://example.org/docs/new')).toMatchObject(refused)
  expect(await call('delete', { resource: 'file:///a.txt' })).toMatchObject(refused)
})

it('writes binary data, and rejects invalid base64', async () => {
  const call = start([memoryResources()])
  const create = (resource: string, content: string) =>
    call('create', { resource, content, encoding: 'base64', mimeType: 'image/png' })
  expect(await create('memory:///a', 'iVBORw==')).toMatchObject({ size: 4, mimeType: 'image/png' })
  expect(await call('read', { resource: 'memory:///a' })).toMatchObject({ blob: 'iVBORw==' })
  expect(await create('memory:///b', 'not base64!')).toMatchObject({ code: 'invalid-params' })
})

it('rejects text with half of a surrogate pair', async () => {
  const call = start([memoryResources()])
  const resource = 'memory:///half'
  expect(await call('create', { resource, content: 'a\ud83d' })).toMatchObject({
    code: 'invalid-params',
  })
})
