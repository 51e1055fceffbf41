import type { Dirent } from 'node:fs'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { promptLabel, promptName } from '@mcp/contracts/prompts'
import { isUsableFolder, makeFolder as makeFolderWithParents } from '@mcp/files'
import pMap from 'p-map'

import type { PromptRecord, PromptStore } from '../prompt-store.ts'
import { recordChecksum } from './checksums.ts'
import { withFileFailures } from './file-failure.ts'
import {
  deletedName,
  entriesOf,
  fileOf,
  findRecord,
  labelsName,
  makeFolder,
} from './prompt-folder.ts'
import { createVersionFormat } from './version-format.ts'
import { createVersionReader } from './version-reader.ts'
import { watchPrompts } from './watch-prompts.ts'
import { createWholeFiles } from './whole-files.ts'

export interface FilePromptStoreOptions {
  /** Folder with a subfolder for each prompt. Created if it does not exist. */
  readonly folder: string
  /**
   * Whether clients are notified of changes on disk. Reads return changed files in any case.
   * Default: true.
   */
  readonly watch?: boolean | undefined
  /**
   * Called if the folder cannot be watched, a prompt in it cannot be listed, or the checksum of a version
   * cannot be recorded. Default: does nothing.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

const maxConcurrentFiles = 32

/**
 * Creates a store of readable files, suitable for Git. For example, `code-review/3.prompt` is version 3
 * of the prompt `code-review`. Changes of the files take effect immediately, and several processes may
 * share a folder.
 *
 * @example
 * promptsServer({ store: createFilePromptStore({ folder: '.data/prompts' }) })
 */
export function createFilePromptStore(options: FilePromptStoreOptions): PromptStore {
  const { folder: root, watch = true, onError = () => {} } = options
  const files = createWholeFiles(join(root, '.scratch'))
  const format = createVersionFormat()
  // The schemas are created once, because `list` checks the name of every prompt.
  const nameSchema = promptName()
  const labelSchema = promptLabel()
  const isName = (name: string) => nameSchema.safeParse(name).success
  const isLabel = (name: string) => labelSchema.safeParse(name).success
  const find = (name: string) => findRecord(root, name, isLabel)
  let wasSeen = existsSync(root)

  /** Finds a prompt. Reports an error and returns undefined, so that one prompt cannot fail the list. */
  async function findReadable(name: string): Promise<PromptRecord | undefined> {
    try {
      return await withFileFailures(name, () => find(name))
    } catch (thrown) {
      onError(thrown)
      return undefined
    }
  }

  const store: PromptStore = {
    find: (name) => withFileFailures(name, () => find(name)),
    async list() {
      const entries = await withFileFailures('', () => entriesOf(root))
      const names = entries.filter(mayBeFolder).map((entry) => entry.name)
      const records = await pMap(names.filter(isName).toSorted(), findReadable, {
        concurrency: maxConcurrentFiles,
      })
      return records.filter((record) => record !== undefined)
    },
    read: createVersionReader({ root, format, onError }),
    async add(name, version, value) {
      const folder = join(root, name)
      const file = fileOf(version)
      const text = await format.encode(value)
      return withFileFailures(name, async () => {
        await makeFolder(folder)
        const isAdded = await files.writeOnce(join(folder, file), text)
        if (isAdded) await recordChecksum({ folder, file, text }, onError)
        return isAdded
      })
    },
    setLabel(name, label, version) {
      const folder = join(root, name, labelsName)
      return withFileFailures(`${name}/${labelsName}/${label}`, async () => {
        await makeFolder(folder)
        if (version === undefined) await rm(join(folder, label), { force: true })
        else await files.replace(join(folder, label), `${version}\n`)
      })
    },
    setDeleted(name, isDeleted) {
      const path = join(root, name, deletedName)
      return withFileFailures(`${name}/${deletedName}`, async () => {
        if (isDeleted) await files.replace(path, 'Remove this file to restore the prompt.\n')
        else await rm(path, { force: true })
      })
    },
    async health() {
      if (existsSync(root)) {
        wasSeen = true
        if (await isUsableFolder(root)) return { state: 'healthy' }
        const reason = `The folder of the prompts cannot be opened. Check that "${root}" is a folder that this server may use.`
        return { state: 'unhealthy', reason }
      }
      // The first write creates the folder. If it was there before, its prompts are missing.
      if (!wasSeen) return { state: 'healthy' }
      const reason = `The folder of the prompts, "${root}", was removed. Restore it, or create a prompt to start with an empty folder.`
      return { state: 'unhealthy', reason }
    },
    close: () => format.close(),
  }
  if (!watch) return store
  return {
    ...store,
    async watch(onChange) {
      try {
        await withFileFailures('', () => makeFolderWithParents(root))
      } catch (thrown) {
        onError(thrown)
        return () => {}
      }
      return watchPrompts(root, {
        onChange: (name) => isName(name) && onChange(name),
        onError,
      })
    },
  }
}

function mayBeFolder(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink()
}
