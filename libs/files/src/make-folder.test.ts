import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { dataFile } from './data-file.ts'
import { createTemporaryFolder } from './fixtures/temporary-folder.ts'
import { makeFolder, makeFolderSync } from './make-folder.ts'
import { createSafeFolder } from './safe-folder.ts'

it('creates a folder and its missing parents', async () => {
  const folder = await createTemporaryFolder()
  onTestFinished(() => folder.remove())
  const { inside: root } = folder
  await makeFolder(join(root, 'a', 'b'))
  makeFolderSync(join(root, 'c', 'd'))
  makeFolderSync(join(root, 'c', 'd'))
  expect([existsSync(join(root, 'a', 'b')), existsSync(join(root, 'c', 'd'))]).toEqual([true, true])
})

// Without the check, these calls never return.
describe.runIf(process.platform === 'linux')('a folder on a file system of the kernel', () => {
  it.each([
    '/proc/data',
    '/proc/data/deep/er',
    '/proc/self/data',
    '/sys/data',
    '/sys/kernel/data/x',
  ])('is refused: %s', async (path) => {
    const refused = expect.objectContaining({
      code: 'invalid-params',
      message: expect.stringContaining(`"${path}": it is on a file system of the kernel`),
    })
    await expect(makeFolder(path)).rejects.toEqual(refused)
    expect(() => makeFolderSync(path)).toThrow(refused)
    await expect(createSafeFolder(path, { create: true }).locate()).rejects.toMatchObject({
      details: { reason: 'special-folder' },
      message: expect.not.stringContaining(path),
    })
    expect(() => dataFile(path, 'file.db')).toThrow(refused)
  })
})
