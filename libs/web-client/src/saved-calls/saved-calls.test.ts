import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createFolderSavedCalls } from './folder-saved-calls.ts'
import { createMemorySavedCalls } from './memory-saved-calls.ts'
import { itIsASavedCallStore } from './saved-call-store.contract.ts'

describe('in memory', () => {
  itIsASavedCallStore(async () => ({ store: createMemorySavedCalls() }))
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
