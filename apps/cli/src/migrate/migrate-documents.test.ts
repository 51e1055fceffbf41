import { createMemoryDocumentStore, createSealedDocuments } from '@mcp/files'
import { expect, it } from 'vitest'

import { prepareDocuments } from './migrate-documents.ts'

const secret = 's'.repeat(32)
const { signal } = new AbortController()
const source = {
  documents: [
    { name: 'saved-calls', path: 'saved-calls', isSecret: false, document: [] },
    { name: 'key', path: 'keys', isSecret: true, document: { key: 'plain-key' } },
    { name: 'other-key', path: 'keys', isSecret: true, document: { key: 'other-key' } },
  ],
  sealedNames: ['providers'],
  omitted: [{ path: 'saved-calls/broken.json', reason: 'invalid' }],
}

it('copies documents with secrets sealed, and the others as they are', async () => {
  const target = createMemoryDocumentStore()
  const prepared = await prepareDocuments({ source, target, secret })
  expect(prepared.omitted).toEqual([{ name: 'saved-calls/broken.json', reason: 'invalid' }])
  expect(await target.read('saved-calls')).toBeUndefined()
  expect(await prepared.move({ signal })).toEqual({ documents: 3, changed: [] })
  expect(await target.read('saved-calls')).toEqual([])
  expect(String(await target.read('key'))).not.toContain('plain-key')
  expect(await createSealedDocuments(target, secret).read('key')).toEqual({ key: 'plain-key' })
})

it('leaves out documents with secrets without a secret, with one line per file', async () => {
  const target = createMemoryDocumentStore()
  const prepared = await prepareDocuments({ source, target, secret: undefined })
  expect(prepared.omitted).toEqual([
    { name: 'saved-calls/broken.json', reason: 'invalid' },
    { name: 'keys', reason: expect.stringContaining('only MCP_SECRET seals. Set it') },
  ])
  expect(await prepared.move({ signal })).toEqual({ documents: 1, changed: [] })
  expect(await target.read('key')).toBeUndefined()
})

it.each(['key', 'providers'])('refuses a secret that has not sealed "%s" there', async (name) => {
  const target = createMemoryDocumentStore()
  await createSealedDocuments(target, 'o'.repeat(32)).change(name, () => ({}))
  await expect(prepareDocuments({ source, target, secret })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`Another MCP_SECRET has sealed the document "${name}"`),
  })
})
