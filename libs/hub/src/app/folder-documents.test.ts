import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createFileDocumentStore } from '@mcp/files'
import { createFolderSavedCalls } from '@mcp/web-client'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { readFolderDocuments } from './folder-documents.ts'

let folder: string
let configured: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folder-documents-'))
  configured = join(folder, 'mcp.json')
  writeFileSync(configured, '{"mcpServers":{"notes":{"url":"https://a/"}}}')
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, value: unknown) =>
  writeFileSync(join(folder, name), JSON.stringify(value))
const read = () => readFolderDocuments({ folder, configured, owners: [] })

it('returns each kind of document with its path, and whether it contains secrets', async () => {
  await createFolderSavedCalls(join(folder, 'saved-calls')).save('ada', 'a', {
    type: 'x',
    payload: {},
  })
  write('providers.json', { openai: { key: 'k' } })
  write('servers.json', { mcpServers: { added: { url: 'https://b/' } } })
  const credentials = createFileDocumentStore(join(folder, 'upstreams', 'credentials'))
  await credentials.change('added', () => ({ serverUrl: 'https://b/' }))
  const pins = createFileDocumentStore(join(folder, 'upstreams', 'pins'))
  await pins.change('notes', () => ({ tools: {} }))
  const { documents, sealedNames, omitted } = await read()
  expect(documents.map(({ name, path, isSecret }) => [name, path, isSecret])).toEqual([
    ['saved-calls:ada', 'saved-calls', false],
    ['providers', 'providers.json', true],
    ['upstream-servers', 'servers.json', true],
    ['upstream-credentials:added', join('upstreams', 'credentials'), true],
    ['upstream-pins:notes', join('upstreams', 'pins'), false],
  ])
  expect(sealedNames).toEqual(['providers', 'upstream-servers'])
  expect(omitted).toEqual([])
})

it('reports what cannot be copied with its path', async () => {
  await createFolderSavedCalls(join(folder, 'saved-calls')).list(undefined)
  writeFileSync(join(folder, 'saved-calls', 'broken.json'), '{')
  const pins = createFileDocumentStore(join(folder, 'upstreams', 'pins'))
  await pins.change('removed', () => ({ tools: {} }))
  const { documents, omitted } = await read()
  expect(documents).toEqual([])
  expect(omitted).toEqual([
    { path: join('saved-calls', 'broken.json'), reason: expect.stringContaining('broken.json') },
    {
      path: join('upstreams', 'pins'),
      reason: expect.stringMatching(/^1 of its files .*MCP_CONFIG/),
    },
  ])
})

it('refuses an invalid file without its content', async () => {
  write('providers.json', { openai: { key: ['secret'] } })
  const error = await read().catch(String)
  expect(error).toContain('Invalid file of providers')
  expect(error).not.toContain('secret')
})
