import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { PGlite } from '@electric-sql/pglite'

export interface OpenPgliteOptions {
  /** The folder of the database; what PostgreSQL keeps is in `data` below it. */
  readonly folder: string
  /** Whether nobody will miss it where the process dies while it is made. */
  readonly isTemporary: boolean
  /** A fresh database as a file, from which the next is made sooner; written where it is not there. */
  readonly template?: string | undefined
}

/** Opens the database in a folder; makes one where there is none. */
export async function openPglite(options: OpenPgliteOptions): Promise<PGlite> {
  const { folder, isTemporary, template } = options
  const data = join(folder, 'data')
  if (!existsSync(data)) {
    if (isTemporary) return makeDatabase(data, template)
    // Made beside its place and then moved there: a process that dies half-way leaves no half database.
    const fresh = join(folder, 'data.new')
    await rm(fresh, { recursive: true, force: true })
    await (await makeDatabase(fresh, template)).close()
    await rename(fresh, data)
  }
  return PGlite.create(data)
}

async function makeDatabase(data: string, template: string | undefined): Promise<PGlite> {
  if (template === undefined) return PGlite.create(data)
  const copy = await makeFromTemplate(data, template)
  if (copy !== undefined) return copy
  const database = await PGlite.create(data)
  await saveTemplate(database, template)
  return database
}

/** Nothing where there is no template, or none that is whole. */
async function makeFromTemplate(data: string, template: string): Promise<PGlite | undefined> {
  const saved = await readFile(template).catch(() => undefined)
  if (saved === undefined) return undefined
  try {
    return await PGlite.create({
      dataDir: data,
      loadDataDir: new Blob([new Uint8Array(saved)]),
    })
  } catch {
    await rm(data, { recursive: true, force: true })
    return undefined
  }
}

// A template is a convenience: where it cannot be written, the next database merely takes longer.
async function saveTemplate(database: PGlite, template: string): Promise<void> {
  try {
    const dump = await database.dumpDataDir('gzip')
    const unfinished = `${template}.${process.pid}.tmp`
    await mkdir(dirname(template), { recursive: true, mode: 0o700 })
    await writeFile(unfinished, new Uint8Array(await dump.arrayBuffer()), { mode: 0o600 })
    await rename(unfinished, template)
  } catch {}
}
