import { createMemoryDocumentStore } from '@mcp/files'
import { expect, it } from 'vitest'

import { createCredentialRecord } from './credential-record.ts'

const serverUrl = 'https://mcp.example.com/mcp'
const tokens = (name: string) => ({ access_token: name, token_type: 'Bearer' })
const record = (store = createMemoryDocumentStore(), address = serverUrl) =>
  createCredentialRecord({ name: 'peer', serverUrl: address, store, onLoginElsewhere: () => {} })

it('does not restore the tokens that a concurrent read found before they were replaced', async () => {
  const store = createMemoryDocumentStore()
  const { promise, resolve } = Promise.withResolvers<void>()
  let isSlow = false
  const own = record({
    ...store,
    async read(name) {
      const document = await store.read(name)
      if (isSlow) await promise
      return document
    },
  })
  await own.update({ tokens: tokens('old') })
  isSlow = true
  const reloading = own.reload()
  const updating = own.update({ tokens: tokens('new') })
  resolve()
  await Promise.all([reloading, updating])
  expect(own.current().tokens?.access_token).toBe('new')
})

it('reads the credentials again after the store has failed', async () => {
  const store = createMemoryDocumentStore()
  await record(store).update({ tokens: tokens('stored') })
  let isFailing = true
  const own = record({
    ...store,
    async read(name) {
      if (isFailing) throw new Error('The store is away.')
      return store.read(name)
    },
  })
  await expect(own.load()).rejects.toThrow('away')
  isFailing = false
  await own.load()
  expect(own.current().tokens?.access_token).toBe('stored')
})

it('does not replace the credentials of an entry with another address that replaced its own', async () => {
  const store = createMemoryDocumentStore()
  const before = record(store)
  await before.update({ tokens: tokens('old') })
  const after = record(store, 'https://moved.example.com/mcp')
  await after.load()
  expect(after.current().tokens).toBeUndefined()
  await after.update({ tokens: tokens('moved') })
  await before.update({ tokens: tokens('renewed') })
  expect(before.current().tokens?.access_token).toBe('renewed')
  expect(await store.read('peer')).toMatchObject({ tokens: tokens('moved') })
})
