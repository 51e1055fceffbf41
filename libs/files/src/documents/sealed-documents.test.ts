import { describe, expect, it } from 'vitest'

import { itIsADocumentStore } from './document-store.contract.ts'
import { createMemoryDocumentStore } from './memory-document-store.ts'
import { createSealedDocuments } from './sealed-documents.ts'

const secret = 's'.repeat(32)

describe('sealed document store', () => {
  itIsADocumentStore(() => {
    const store = createMemoryDocumentStore()
    return {
      stores: [createSealedDocuments(store, secret), createSealedDocuments(store, secret)],
    }
  })
})

it('stores neither the plain document, nor the same text twice', async () => {
  const store = createMemoryDocumentStore()
  const sealed = createSealedDocuments(store, secret)
  const texts = new Set<string>()
  for (let count = 0; count < 3; count++) {
    await sealed.change('a', () => ({ token: 'plain-token' }))
    texts.add(String(await store.read('a')))
  }
  expect(texts.size).toBe(3)
  for (const text of texts) {
    expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain('plain-token')
  }
})

it('refuses a document of another secret, of another name, and a changed one, and keeps it', async () => {
  const store = createMemoryDocumentStore()
  const sealed = createSealedDocuments(store, secret)
  await sealed.change('a', () => ({ token: 'x' }))
  const text = String(await store.read('a'))
  const other = createSealedDocuments(store, 'o'.repeat(32))
  const refusal = { code: 'unavailable', retryable: false, details: { reason: 'sealed' } }
  await expect(other.read('a')).rejects.toMatchObject(refusal)
  await expect(other.change('a', () => ({}))).rejects.toMatchObject(refusal)
  expect(await sealed.read('a')).toEqual({ token: 'x' })

  await store.change('b', () => text)
  await store.change('c', () => `${text.slice(0, -8)}AAAAAAA=`)
  await store.change('d', () => 'short')
  for (const name of ['b', 'c', 'd']) {
    await expect(sealed.read(name)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('was changed, or is not sealed'),
      cause: expect.any(Error),
    })
  }
})
