import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { PGlite } from '@electric-sql/pglite'

import { starterTable } from './starter-table.ts'

export interface OpenPgliteOptions {
  /** Folder of the database. Its subfolder `data` is the data folder of PostgreSQL. */
  readonly folder: string
  /** Whether a new database gets a small table with rows, unless it is temporary. */
  readonly starter?: boolean | undefined
  /** Whether the database is temporary. A crash during its creation is then harmless. */
  readonly isTemporary: boolean
  /**
   * Path of an archive of an empty database, from which a new database is created faster. The archive is
   * written if it is missing or damaged.
   */
  readonly template?: string | undefined
}

/** Opens the database in a folder, and creates it if it does not exist. */
export async function openPglite(options: OpenPgliteOptions): Promise<PGlite> {
  const { folder, isTemporary, starter = false, template } = options
  const data = join(folder, 'data')
  if (!existsSync(data)) {
    if (isTemporary) return makeDatabase(data, template)
    // The database is created in another folder and then moved, so that a killed process leaves neither a
    // partial database nor a database without the table.
    const fresh = join(folder, 'data.new')
    await rm(fresh, { recursive: true, force: true })
    const database = await makeDatabase(fresh, template)
    if (starter) await database.exec(starterTable)
    await database.close()
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

/** Creates a database from the template. Returns `undefined` if there is no usable template. */
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

// Errors are ignored, because without a template the next database only takes longer to create.
async function saveTemplate(database: PGlite, template: string): Promise<void> {
  try {
    const dump = await database.dumpDataDir('gzip')
    const unfinished = `${template}.${process.pid}.tmp`
    await mkdir(dirname(template), { recursive: true, mode: 0o700 })
    await writeFile(unfinished, new Uint8Array(await dump.arrayBuffer()), { mode: 0o600 })
    await rename(unfinished, template)
  } catch {}
}
