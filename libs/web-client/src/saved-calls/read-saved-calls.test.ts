import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createMemoryDocumentStore, moveDocuments } from '@mcp/files'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { createDocumentSavedCalls } from './document-saved-calls.ts'
import { createFolderSavedCalls } from './folder-saved-calls.ts'
import { readSavedCalls } from './read-saved-calls.ts'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'saved-calls-'))
})
afterEach(() => rm(path, { recursive: true }))

const call = (value: unknown) => ({ type: 'x', payload: { value } })

it('returns the calls of all owners, as processes that share documents read them', async () => {
  const folder = createFolderSavedCalls(path)
  await folder.save(undefined, 'b', call(1))
  await folder.save(undefined, 'a', call(2))
  await folder.save('https://issuer#Ada', 'a', call(3))
  await folder.save('ben', 'c', call(4))
  await folder.save('ben', 'd', call(5))
  await folder.remove('ben', 'c')
  const { documents, omitted } = await readSavedCalls(path)
  expect(omitted).toEqual([])
  expect(await readSavedCalls(path)).toEqual({ documents, omitted })
  const target = createMemoryDocumentStore()
  await moveDocuments({ documents, target, signal: new AbortController().signal })
  const moved = createDocumentSavedCalls(target)
  for (const owner of [undefined, 'https://issuer#Ada', 'ben']) {
    expect(await moved.list(owner)).toEqual(await folder.list(owner))
  }
  expect((await moved.list('ben')).calls).toEqual([{ name: 'd', ...call(5) }])
})

it('returns nothing for a missing folder, and does not create it', async () => {
  await rm(path, { recursive: true })
  expect(await readSavedCalls(path)).toEqual({ documents: [], omitted: [] })
  await expect(readdir(path)).rejects.toThrow('ENOENT')
  await mkdir(path)
})

it('finds owners that no subfolder names, and reports the ones that are unknown', async () => {
  const folder = createFolderSavedCalls(path)
  for (const owner of ['ada', 'ben', 'eve']) await folder.save(owner, 'a', call(owner))
  const [ada = '', ben = '', eve = ''] = (await readdir(join(path, 'callers'))).toSorted()
  // Earlier versions wrote no such file.
  for (const name of [ada, ben]) await rm(join(path, 'callers', name, 'owner'))
  await rename(join(path, 'callers', eve), join(path, 'callers', 'eve-renamed'))
  const { documents, omitted } = await readSavedCalls(path, ['ada', 'other'])
  expect(documents.map(({ name }) => name)).toEqual(['saved-calls:ada'])
  const reason = 'its caller is unknown: save the calls again'
  expect(omitted).toEqual([
    { path: join('callers', ben), reason },
    { path: join('callers', 'eve-renamed'), reason },
  ])
})

it('reports invalid files, and calls that together are too large', async () => {
  const folder = createFolderSavedCalls(path)
  await folder.save(undefined, 'a', call(1))
  await writeFile(join(path, 'broken.json'), '{')
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await folder.save('ada', name, call('x'.repeat(900_000)))
  }
  const { documents, omitted } = await readSavedCalls(path)
  expect(documents.map(({ name }) => name)).toEqual(['saved-calls'])
  expect(omitted.map(({ path: file }) => file)).toEqual([
    'broken.json',
    expect.stringMatching(/^callers.ada-/),
  ])
  expect(omitted[1]?.reason).toContain('may have 4 MiB')
})
