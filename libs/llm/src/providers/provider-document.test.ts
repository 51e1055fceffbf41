import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createMemoryDocumentStore } from '@mcp/files'
import { expect, it, onTestFinished } from 'vitest'

import { openProviderDocument, readProviderDocuments } from './provider-document.ts'
import { openProviderFile } from './provider-file.ts'
import { createProviders } from './providers.ts'

it('shares the settings of several processes, and loses none of their changes', async () => {
  const documents = createMemoryDocumentStore()
  const open = async () => createProviders({}, await openProviderDocument(documents))
  const [here, there] = await Promise.all([open(), open()])
  await Promise.all([
    here.configure('openai', { key: 'k1' }),
    there.configure('groq', { key: 'k2' }),
    here.configure('ollama', { model: 'small' }),
    there.configure('mistral', { key: 'k3' }),
  ])
  await Promise.all([here.refresh(), there.refresh()])
  const ids = ['openai', 'groq', 'mistral', 'ollama'].toSorted()
  for (const providers of [here, there, await open()]) {
    expect(
      providers
        .ready()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids)
  }
  const used = there.get('openai')
  await there.refresh()
  expect(there.get('openai')).toBe(used)
  await here.configure('openai', { key: 'k4' })
  await here.configure('groq', { key: null })
  await there.refresh()
  expect(there.get('openai')).not.toBe(used)
  expect(() => there.get('groq')).toThrow('is not configured')
})

it('refuses a damaged document without its content', async () => {
  const documents = createMemoryDocumentStore()
  await documents.change('providers', () => ({ openai: { key: ['secret'] } }))
  const error = await openProviderDocument(documents).catch(String)
  expect(error).toContain('Invalid document "providers".')
  expect(error).not.toContain('secret')
})

it('returns a file of settings as the document of several processes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'providers-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'providers.json')
  expect(await readProviderDocuments(file)).toEqual([])
  const providers = createProviders({}, await openProviderFile(file))
  await providers.configure('openai', { key: 'k1', model: 'small' })
  const documents = createMemoryDocumentStore()
  for (const { name, document } of await readProviderDocuments(file)) {
    await documents.change(name, () => document)
  }
  const { stored } = await openProviderDocument(documents)
  expect(stored).toEqual({ openai: { key: 'k1', model: 'small' } })
  await providers.configure('openai', { key: null, model: null })
  expect(await readProviderDocuments(file)).toEqual([])
})
