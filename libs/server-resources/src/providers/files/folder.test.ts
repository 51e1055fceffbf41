import { readdirSync, renameSync, symlinkSync } from 'node:fs'
import { readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { TemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { createTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import type { Folder } from './folder.ts'
import { createFolder } from './folder.ts'

const uri = 'file:///x'
const isEscape = { code: 'forbidden', details: { reason: 'path-escape' } }

describe.each([
  { system: 'where paths can begin at a descriptor', hasDescriptorPaths: true },
  { system: 'where they cannot', hasDescriptorPaths: false },
])('a folder, $system', ({ hasDescriptorPaths }) => {
  let outside: TemporaryFolder
  let inside: TemporaryFolder
  let folder: Folder
  beforeEach(async () => {
    outside = await createTemporaryFolder({ 'a.txt': 'secret' })
    inside = await createTemporaryFolder({ 'sub/a.txt': 'inside' })
    await symlink(outside.path, join(inside.path, 'out'))
    await symlink('sub', join(inside.path, 'in'))
    folder = createFolder(inside.path, { create: false, hasDescriptorPaths })
  })
  afterEach(async () => {
    await inside.remove()
    await outside.remove()
  })

  it('opens files within it, through links as well', async () => {
    for (const segments of [
      ['sub', 'a.txt'],
      ['in', 'a.txt'],
    ]) {
      const opened = await folder.openFile(segments, uri)
      expect(await opened?.handle.readFile('utf8')).toBe('inside')
      await opened?.handle.close()
    }
    expect(await folder.openFile(['sub', 'missing'], uri)).toBeUndefined()
  })

  it('opens nothing outside', async () => {
    await expect(folder.openFile(['out', 'a.txt'], uri)).rejects.toMatchObject(isEscape)
    await expect(folder.openFolder(['out'], uri)).rejects.toMatchObject(isEscape)
    const made = folder.openFolder(['out', 'made'], uri, { create: true })
    await expect(made).rejects.toMatchObject(isEscape)
    expect(await readdir(outside.path)).toEqual(['a.txt'])
  })

  it('makes the folders on the way, and opens the last', async () => {
    const made = await folder.openFolder(['in', 'b', 'c'], uri, { create: true })
    await writeFile(made?.pathOf('new.txt') ?? '', 'new')
    await made?.close()
    expect(readdirSync(join(inside.path, 'sub', 'b', 'c'))).toEqual(['new.txt'])
  })
})

it('writes into the folder it opened, even where another was put in its place', async () => {
  const outside = await createTemporaryFolder()
  const inside = await createTemporaryFolder({ 'sub/a.txt': '' })
  const opened = await createFolder(inside.path, { create: false }).openFolder(['sub'], uri)
  renameSync(join(inside.path, 'sub'), join(inside.path, 'moved'))
  symlinkSync(outside.path, join(inside.path, 'sub'))
  await writeFile(opened?.pathOf('b.txt') ?? '', '')
  await opened?.close()
  expect(await readdir(join(inside.path, 'moved'))).toEqual(['a.txt', 'b.txt'])
  expect(await readdir(outside.path)).toEqual([])
  await inside.remove()
  await outside.remove()
})

it.each(['missing', 'sub/a.txt'])('is refused where %s is no folder', async (name) => {
  const inside = await createTemporaryFolder({ 'sub/a.txt': '' })
  expect(() => createFolder(join(inside.path, name), { create: false })).toThrow(
    'no such folder is there',
  )
  await inside.remove()
})
