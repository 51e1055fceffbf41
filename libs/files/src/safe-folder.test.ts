import { execFileSync } from 'node:child_process'
import {
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { SafeFolder } from './entry.ts'
import type { TemporaryFolder } from './fixtures/temporary-folder.ts'
import { createTemporaryFolder } from './fixtures/temporary-folder.ts'
import { makeDirectories } from './make-directories.ts'
import { withFile } from './open-file.ts'
import { createSafeFolder } from './safe-folder.ts'
import { writeFileAtomically } from './write-file.ts'

const pathEscape = { code: 'forbidden', details: { reason: 'path-escape' } }
const moved = { code: 'conflict', details: { reason: 'moved' }, retryable: true }

let temporary: TemporaryFolder
let inside: string
let outside: string

beforeEach(async () => {
  temporary = await createTemporaryFolder({ 'sub/a.txt': 'inside', 'top.txt': 'top' })
  ;({ inside, outside } = temporary)
  await symlink(outside, join(inside, 'out'))
  await symlink('sub', join(inside, 'in'))
  await symlink(join(outside, 'missing'), join(inside, 'dangling'))
  await symlink('circle', join(inside, 'circle'))
})
afterEach(() => temporary.remove())

const read = (folder: SafeFolder, path: string): Promise<string> =>
  folder.withEntry(path, {}, (entry) => withFile(entry, ({ handle }) => handle.readFile('utf8')))

const write = (folder: SafeFolder, path: string, content: string): Promise<void> =>
  folder.withEntry(path, {}, (entry) =>
    writeFileAtomically(entry, content, { replaces: entry.stats }),
  )

describe.each([{ byDescriptor: true }, { byDescriptor: false }])(
  'a folder, byDescriptor: $byDescriptor',
  ({ byDescriptor }) => {
    let folder: SafeFolder
    beforeEach(() => {
      folder = createSafeFolder(inside, { byDescriptor })
    })

    const swapNow = async (): Promise<void> => {
      await rename(join(inside, 'sub'), join(inside, 'aside'))
      await symlink(outside, join(inside, 'sub'))
    }

    it('reads files in it, also through links', async () => {
      expect(await read(folder, 'sub/a.txt')).toBe('inside')
      expect(await read(folder, 'in/a.txt')).toBe('inside')
      const resolved = await folder.withEntry('in/a.txt', {}, async (entry) => entry.realPath)
      expect(resolved).toBe('sub/a.txt')
    })

    it('reports missing files and directories', async () => {
      const stats = await folder.withEntry('sub/missing', {}, async (entry) => entry.stats)
      expect(stats).toBeUndefined()
      await expect(read(folder, 'sub/missing')).rejects.toMatchObject({ code: 'not-found' })
      await expect(read(folder, 'missing/a.txt')).rejects.toMatchObject({
        code: 'not-found',
        message: 'The directory "missing" does not exist.',
      })
    })

    it.each(['out', 'out/a.txt', 'out/missing', 'dangling', 'circle', 'circle/x'])(
      'refuses %s, which leads out',
      async (path) => {
        await expect(read(folder, path)).rejects.toMatchObject(pathEscape)
        await expect(write(folder, path, 'x')).rejects.toMatchObject(pathEscape)
        await expect(makeDirectories(folder, `${path}/made`)).rejects.toMatchObject(pathEscape)
        expect(await readdir(outside)).toEqual(['a.txt'])
        expect(await readFile(join(outside, 'a.txt'), 'utf8')).toBe('secret')
      },
    )

    it('does not follow the last link if that is requested', async () => {
      const isLink = await folder.withEntry('out', { follow: false }, async (entry) =>
        entry.stats?.isSymbolicLink(),
      )
      expect(isLink).toBe(true)
    })

    it('creates directories', async () => {
      expect(await makeDirectories(folder, 'in/b/c')).toBe(true)
      expect(await makeDirectories(folder, 'in/b/c')).toBe(false)
      await write(folder, 'in/b/c/new.txt', 'new')
      expect(await readdir(join(inside, 'sub/b/c'))).toEqual(['new.txt'])
      await expect(makeDirectories(folder, 'top.txt/x')).rejects.toMatchObject({
        code: 'invalid-params',
        details: { reason: 'not-a-directory' },
      })
    })

    it('does not read a directory that is swapped for a link after it was resolved', async () => {
      const reading = folder.withEntry('sub/a.txt', {}, async (entry) => {
        await swapNow()
        return withFile(entry, ({ handle }) => handle.readFile('utf8'))
      })
      await expect(reading).rejects.toMatchObject(moved)
    })

    it('does not write to a directory that is swapped for a link after it was resolved', async () => {
      const writing = folder.withEntry('sub/a.txt', {}, (entry) =>
        writeFileAtomically(entry, 'changed', { replaces: entry.stats, beforeReplacing: swapNow }),
      )
      await expect(writing).rejects.toMatchObject(moved)
      expect(await readFile(join(outside, 'a.txt'), 'utf8')).toBe('secret')
      expect(await readdir(outside)).toEqual(['a.txt'])
    })

    it('limits a subfolder to itself', async () => {
      const subfolder = folder.subfolder('sub')
      expect(await read(subfolder, 'a.txt')).toBe('inside')
      await symlink('../top.txt', join(inside, 'sub/up'))
      await expect(read(subfolder, 'up')).rejects.toMatchObject(pathEscape)
      expect(await read(folder, 'sub/up')).toBe('top')
    })

    it('leaves no descriptor open', async () => {
      for (const path of ['', 'sub', 'sub/a.txt', 'out', 'sub/missing', 'missing/x']) {
        await read(folder, path).catch(() => {})
      }
      const descriptors = (await readdir('/proc/self/fd')).map((name) => `/proc/self/fd/${name}`)
      const paths = await Promise.all(descriptors.map((each) => readlink(each).catch(() => '')))
      expect(paths.filter((path) => path.startsWith(inside))).toEqual([])
    })
  },
)

it('writes to the opened directory even if another takes its place', async () => {
  const folder = createSafeFolder(inside)
  const path = await folder.withEntry('sub/b.txt', {}, async (entry) => {
    await rename(join(inside, 'sub'), join(inside, 'aside'))
    await symlink(outside, join(inside, 'sub'))
    await writeFile(entry.directory.pathOf('b.txt'), '')
    return entry.path
  })
  expect(path).toBe('sub/b.txt')
  expect(await readdir(join(inside, 'aside'))).toEqual(['a.txt', 'b.txt'])
  expect(await readdir(outside)).toEqual(['a.txt'])
})

it('uses the folder it found first, even if a link takes its place', async () => {
  const folder = createSafeFolder(inside)
  await folder.locate()
  await rename(inside, `${inside}-aside`)
  await symlink(outside, inside)
  await expect(read(folder, 'a.txt')).rejects.toMatchObject(pathEscape)
})

it('authorizes a path before it is accessed, and again after it is resolved', async () => {
  const folder = createSafeFolder(inside)
  const seen: string[] = []
  const authorize = (path: string, type: string): void => {
    seen.push(`${type} ${path}`)
    if (path.startsWith('secret')) throw new Error('refused')
  }
  await folder.withEntry('in/a.txt', { authorize }, async () => {})
  expect(seen).toEqual(['directory in/a.txt', 'file in/a.txt', 'file sub/a.txt'])
  const refused = folder.withEntry('secret/missing', { authorize }, async () => {})
  await expect(refused).rejects.toThrow('refused')
})

describe('a file', () => {
  const notAFile = { code: 'invalid-params', details: { reason: 'not-a-file' } }

  it('is refused if it is a pipe, without waiting for a writer', async () => {
    execFileSync('mkfifo', [join(inside, 'pipe')])
    await expect(read(createSafeFolder(inside), 'pipe')).rejects.toMatchObject(notAFile)
  })

  it('is refused if it became a pipe after it was resolved', async () => {
    const reading = createSafeFolder(inside).withEntry('top.txt', {}, async (entry) => {
      await rename(join(inside, 'top.txt'), join(inside, 'aside.txt'))
      execFileSync('mkfifo', [join(inside, 'top.txt')])
      return withFile(entry, ({ handle }) => handle.readFile('utf8'))
    })
    await expect(reading).rejects.toMatchObject(notAFile)
  })

  it('is refused if it is a directory', async () => {
    await expect(read(createSafeFolder(inside), 'sub')).rejects.toMatchObject(notAFile)
    await expect(write(createSafeFolder(inside), 'sub', 'x')).rejects.toMatchObject(notAFile)
  })

  it('is refused if it has several names and the folder refuses such files', async () => {
    await link(join(outside, 'a.txt'), join(inside, 'hard-link'))
    expect(await read(createSafeFolder(inside), 'hard-link')).toBe('secret')
    const strict = createSafeFolder(inside, { hardLinks: 'refuse' })
    await expect(read(strict, 'hard-link')).rejects.toMatchObject({
      code: 'forbidden',
      details: { reason: 'hard-link' },
    })
  })
})

it('creates a folder that only its owner can access', async () => {
  const path = join(inside, 'made', 'folder')
  await createSafeFolder(path, { create: true }).locate()
  expect((await stat(path)).mode & 0o777).toBe(0o700)
})

it.each([
  ['missing', 'cannot be opened'],
  ['top.txt', 'it is not a directory'],
])('is not usable if %s is not a directory, and is located again', async (name, message) => {
  const folder = createSafeFolder(join(inside, name), { label: 'The folder of the test' })
  await expect(folder.locate()).rejects.toMatchObject({
    code: 'unavailable',
    retryable: false,
    message: expect.stringContaining(`The folder of the test cannot be`),
  })
  await expect(folder.locate()).rejects.toThrow(message)
  if (name !== 'missing') return
  await mkdir(join(inside, name))
  expect(await folder.locate()).toMatchObject({ realPath: join(inside, name) })
})

it.each(['/', '/proc/self', '/sys', '/dev'])('refuses %s as a folder', async (path) => {
  await expect(createSafeFolder(path).locate()).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'special-folder' },
  })
})
