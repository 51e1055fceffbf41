import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createMemoryDocumentStore } from '@mcp/files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createDocumentSavedCalls } from './document-saved-calls.ts'
import { createFolderSavedCalls } from './folder-saved-calls.ts'
import { itIsASavedCallStore } from './saved-call-store.contract.ts'

describe('in documents', () => {
  itIsASavedCallStore(async () => ({ store: createDocumentSavedCalls() }))

  it('loses none of the calls that two processes save and remove at the same time', async () => {
    const documents = createMemoryDocumentStore()
    const here = createDocumentSavedCalls(documents)
    const there = createDocumentSavedCalls(documents)
    const names = Array.from({ length: 40 }, (_, index) => `call${index}`)
    const at = (index: number) => (index % 2 === 0 ? here : there)
    await here.save(undefined, 'old', { type: 'x', payload: {} })
    await Promise.all([
      ...names.map((name, index) => at(index).save(undefined, name, { type: name, payload: {} })),
      there.remove(undefined, 'old'),
    ])
    const saved = await there.list(undefined)
    expect(saved.calls.map(({ name }) => name)).toEqual(names.toSorted())
  })

  it('refuses calls that together are too large, and keeps the others', async () => {
    const store = createDocumentSavedCalls()
    const large = { type: 'x', payload: { text: 'x'.repeat(3 * 1024 * 1024) } }
    await store.save(undefined, 'a', large)
    await expect(store.save(undefined, 'b', large)).rejects.toMatchObject({ code: 'conflict' })
    expect((await store.list(undefined)).calls.map(({ name }) => name)).toEqual(['a'])
  })
})

describe('in a folder', () => {
  itIsASavedCallStore(async () => {
    const path = await mkdtemp(join(tmpdir(), 'saved-calls-'))
    return {
      store: createFolderSavedCalls(join(path, 'calls')),
      cleanUp: () => rm(path, { recursive: true }),
    }
  })
})

describe('the files', () => {
  let path: string
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'saved-calls-'))
  })
  afterEach(() => rm(path, { recursive: true }))

  it('are readable, end with a line break, and leave no others behind', async () => {
    const store = createFolderSavedCalls(path)
    await store.save(undefined, 'sum', { type: 'x', payload: { a: 1 } })
    expect(await readFile(join(path, 'sum.json'), 'utf8')).toBe(
      '{\n  "type": "x",\n  "payload": {\n    "a": 1\n  }\n}\n',
    )
    expect(await readdir(path)).toEqual(['sum.json'])
  })

  it.each(['', '..', '../x', 'a/b', 'A', 'a.b', 'con', 'nul', 'com1', '-a', 'ä', 'a'.repeat(65)])(
    'have no name such as %j',
    async (name) => {
      const store = createFolderSavedCalls(path)
      const call = { type: 'x', payload: {} }
      await expect(store.save(undefined, name, call)).rejects.toMatchObject({
        code: 'invalid-request',
      })
      await expect(store.read(undefined, name)).rejects.toMatchObject({ code: 'invalid-request' })
      await expect(store.remove(undefined, name)).rejects.toMatchObject({ code: 'invalid-request' })
    },
  )

  it('that are not valid are listed with the problem, and others are read', async () => {
    const store = createFolderSavedCalls(path)
    await store.save(undefined, 'sum', { type: 'x', payload: {} })
    await writeFile(join(path, 'broken.json'), '{')
    await writeFile(join(path, 'other.json'), '{"payload": {}}')
    await writeFile(join(path, 'README.md'), 'x')
    await mkdir(join(path, 'folder.json'))
    const { calls, invalid } = await store.list(undefined)
    expect(calls.map(({ name }) => name)).toEqual(['sum'])
    expect(invalid.map(({ name }) => name)).toEqual(['broken', 'other'])
    expect(invalid[1]?.problem).toContain('type')
    await expect(store.read(undefined, 'broken')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('are not links', async () => {
    const store = createFolderSavedCalls(join(path, 'calls'))
    await store.list(undefined)
    await writeFile(join(path, 'outside.json'), '{"type": "x", "payload": {}}')
    await symlink('../outside.json', join(path, 'calls', 'link.json'))
    await expect(store.read(undefined, 'link')).rejects.toMatchObject({
      code: 'invalid-params',
    })
    expect(await store.remove(undefined, 'link')).toBe(false)
  })
})
