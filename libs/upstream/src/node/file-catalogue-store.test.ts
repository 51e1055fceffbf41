import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { itIsACatalogueStore } from '../catalogue/catalogue-store.contract.ts'
import { createFileCatalogueStore } from './file-catalogue-store.ts'

let folder = ''
let stores = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-upstream-'))
})
afterAll(() => rm(folder, { recursive: true }))

const nextFolder = (): string => join(folder, String((stores += 1)))

describe('file catalogue store', () => {
  itIsACatalogueStore(() => createFileCatalogueStore(nextFolder()))

  it('ignores a damaged file and hides its files from other users', async () => {
    const own = nextFolder()
    const store = createFileCatalogueStore(own)
    await store.write('a', { listedAt: 1, value: 'a' })
    const [file = ''] = await readdir(own)
    expect((await stat(join(own, file))).mode & 0o077).toBe(0)

    await writeFile(join(own, file), '{"listedAt":')
    expect(await store.read('a')).toBeUndefined()
    await writeFile(join(own, file), '{"listedAt":"yesterday"}')
    expect(await store.read('a')).toBeUndefined()
  })
})
