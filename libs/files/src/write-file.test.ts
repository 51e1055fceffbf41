import { chmod, link, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import type { Entry, SafeFolder } from './entry.ts'
import type { TemporaryFolder } from './fixtures/temporary-folder.ts'
import { createTemporaryFolder } from './fixtures/temporary-folder.ts'
import { createSafeFolder } from './safe-folder.ts'
import { removeTemporaryFiles, writeFileAtomically } from './write-file.ts'

let temporary: TemporaryFolder
let folder: SafeFolder
beforeEach(async () => {
  temporary = await createTemporaryFolder({ 'a.txt': 'old' })
  folder = createSafeFolder(temporary.inside)
})
afterEach(() => temporary.remove())

const at = (name: string): string => join(temporary.inside, name)
const inEntry = <Result>(name: string, work: (entry: Entry) => Promise<Result>): Promise<Result> =>
  folder.withEntry(name, {}, work)

it('replaces a file and keeps its permissions', async () => {
  await chmod(at('a.txt'), 0o4640)
  await link(at('a.txt'), at('other-name'))
  await inEntry('a.txt', (entry) => writeFileAtomically(entry, 'new', { replaces: entry.stats }))
  expect(await readFile(at('a.txt'), 'utf8')).toBe('new')
  expect((await stat(at('a.txt'))).mode & 0o7777).toBe(0o640)
  expect(await readFile(at('other-name'), 'utf8')).toBe('old')
  expect(await readdir(temporary.inside)).toEqual(['a.txt', 'other-name'])
})

it('creates a file with the requested permissions', async () => {
  const content = Buffer.from('x')
  await inEntry('b.txt', (entry) =>
    writeFileAtomically(entry, content, { replaces: undefined, mode: 0o600 }),
  )
  expect((await stat(at('b.txt'))).mode & 0o777).toBe(0o600)
})

it('replaces no file that was created meanwhile, unless overwrite is set', async () => {
  const create = (overwrite: boolean): Promise<void> =>
    inEntry('a.txt', (entry) =>
      writeFileAtomically(entry, 'new', { replaces: undefined, overwrite }),
    )
  await expect(create(false)).rejects.toMatchObject({
    code: 'conflict',
    message: '"a.txt" already exists.',
    details: { reason: 'exists' },
  })
  expect(await readFile(at('a.txt'), 'utf8')).toBe('old')
  await create(true)
  expect(await readFile(at('a.txt'), 'utf8')).toBe('new')
})

it('changes nothing and leaves no file behind if writing or the last check fails', async () => {
  const failing = new Error('no')
  const fail = (): Promise<void> => Promise.reject(failing)
  const writing = inEntry('a.txt', (entry) =>
    writeFileAtomically(entry, fail, { replaces: entry.stats }),
  )
  await expect(writing).rejects.toBe(failing)
  const replacing = inEntry('a.txt', (entry) =>
    writeFileAtomically(entry, 'new', { replaces: entry.stats, beforeReplacing: fail }),
  )
  await expect(replacing).rejects.toBe(failing)
  expect(await readFile(at('a.txt'), 'utf8')).toBe('old')
  expect(await readdir(temporary.inside)).toEqual(['a.txt'])
})

it('deletes the temporary files of a crashed process, once they are old', async () => {
  await writeFile(at('.mcp-tmp-old'), '')
  await writeFile(at('.mcp-tmp-new'), '')
  await utimes(at('.mcp-tmp-old'), 0, 0)
  await inEntry('a.txt', ({ directory }) => removeTemporaryFiles(directory))
  expect(await readdir(temporary.inside)).toEqual(['.mcp-tmp-new', 'a.txt'])
  await inEntry('a.txt', ({ directory }) => removeTemporaryFiles(directory, 0))
  expect(await readdir(temporary.inside)).toEqual(['a.txt'])
})
