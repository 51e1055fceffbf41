import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { itIsADocumentStore } from './document-store.contract.ts'
import { createFileDocumentStore } from './file-document-store.ts'

let folder = ''
let stores = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-documents-'))
})
afterAll(() => rm(folder, { recursive: true }))

const nextFolder = (): string => join(folder, String((stores += 1)))

describe('file document store', () => {
  itIsADocumentStore(() => {
    const own = nextFolder()
    return { stores: [createFileDocumentStore(own), createFileDocumentStore(own)] }
  })

  it('keeps the documents across stores, and hides them from other users', async () => {
    const own = nextFolder()
    await createFileDocumentStore(own).change('a', () => ({ token: 'x' }))
    expect((await stat(own)).mode & 0o077).toBe(0)
    const [file = ''] = await readdir(own)
    expect((await stat(join(own, file))).mode & 0o077).toBe(0)
    expect(await createFileDocumentStore(own).read('a')).toEqual({ token: 'x' })
  })

  it('ignores a damaged file', async () => {
    const own = nextFolder()
    const store = createFileDocumentStore(own)
    await store.change('a', () => ({}))
    const [file = ''] = await readdir(own)
    await writeFile(join(own, file), '{"token":')
    expect(await store.read('a')).toBeUndefined()
  })
})
