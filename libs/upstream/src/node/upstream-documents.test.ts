import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createFileDocumentStore, createMemoryDocumentStore, prefixDocuments } from '@mcp/files'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { openKeptServers, shareKeptServers } from './kept-servers.ts'
import { readUpstreamDocuments, sharedPrefix } from './upstream-documents.ts'

let folder: string
let configured: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upstream-documents-'))
  configured = join(folder, 'mcp.json')
  writeFileSync(
    configured,
    '{"mcpServers":{"in file":{"url":"https://a/"},"off":{"url":"https://b/","disabled":true}}}',
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

const store = (kind: string) => createFileDocumentStore(join(folder, 'upstreams', kind))

it('returns the documents of all servers under the names that several processes use', async () => {
  await openKeptServers(join(folder, 'servers.json')).change(() => ({
    added: { url: 'https://c/', headers: { 'x-key': 'secret' } },
  }))
  for (const name of ['in-file', 'off', 'added', 'added-2']) {
    await store('credentials').change(name, () => ({ serverUrl: name }))
    await store('pins').change(name, () => ({ tools: { [name]: {} } }))
  }
  const parts = await readUpstreamDocuments({ folder, configured })
  expect(parts.map(({ path, isSecret, unknown }) => ({ path, isSecret, unknown }))).toEqual([
    { path: 'servers.json', isSecret: true, unknown: 0 },
    { path: join('upstreams', 'credentials'), isSecret: true, unknown: 0 },
    { path: join('upstreams', 'pins'), isSecret: false, unknown: 0 },
  ])
  const target = createMemoryDocumentStore()
  for (const { name, document } of parts.flatMap(({ documents }) => documents)) {
    await target.change(name, () => document)
  }
  expect(await shareKeptServers(target).read()).toEqual({
    added: { url: 'https://c/', headers: { 'x-key': 'secret' } },
  })
  for (const name of ['in-file', 'off', 'added', 'added-2']) {
    const credentials = prefixDocuments(target, sharedPrefix('credentials'))
    expect(await credentials.read(name)).toEqual({ serverUrl: name })
    const pins = prefixDocuments(target, sharedPrefix('pins'))
    expect(await pins.read(name)).toEqual({ tools: { [name]: {} } })
  }
})

it('counts the documents of other servers, and damaged ones', async () => {
  await store('pins').change('removed', () => ({ tools: {} }))
  await store('pins').change('in-file', () => ({ tools: {} }))
  const [damaged = ''] = readdirSync(join(folder, 'upstreams', 'pins'))
  mkdirSync(join(folder, 'upstreams', 'credentials'))
  writeFileSync(join(folder, 'upstreams', 'credentials', damaged), '{"serverUrl":')
  const parts = await readUpstreamDocuments({ folder, configured })
  expect(parts.map(({ documents, unknown }) => [documents.length, unknown])).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
  ])
})

it('changes nothing in the folder, and does not need the MCP configuration file without documents', async () => {
  rmSync(configured)
  const parts = await readUpstreamDocuments({ folder, configured })
  expect(parts.flatMap(({ documents }) => documents)).toEqual([])
  expect(readdirSync(folder)).toEqual([])
  await store('pins').change('a', () => ({ tools: {} }))
  await expect(readUpstreamDocuments({ folder, configured })).rejects.toThrow(
    'It does not exist. Create it, or correct MCP_CONFIG',
  )
})
