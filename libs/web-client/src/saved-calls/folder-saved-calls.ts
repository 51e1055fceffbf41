import { createHash } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'

import type { SafeFolder } from '@mcp/files'
import { createSafeFolder, readEntries, withFile, writeFileAtomically } from '@mcp/files'
import { McpError, parseJson, parseValue } from '@mcp/protocol'
import type { NamedCall, SavedCall } from '@mcp/protocol/rest'

import { refuseInvalidName } from './refuse-invalid-name.ts'
import type { SavedCallStore } from './saved-call-store.ts'

// Loaded when first used: the module builds the schemas of the whole REST API, which a start does not need.
const loadSchemas = () => import('@mcp/protocol/rest')

const extension = '.json'

/** Folder with a subfolder for each authenticated owner. */
export const callersFolder = 'callers'

/**
 * File that contains the owner of a subfolder. The name of the subfolder contains only a part and a hash of the
 * owner.
 */
export const ownerFile = 'owner'

const maxFileBytes = 1024 * 1024

/**
 * Creates a store with one JSON file per call, so that the folder can be kept in git. The calls of an
 * authenticated owner are in a subfolder of `callers`.
 *
 * @example
 * const store = createFolderSavedCalls(dataFile(config.MCP_DATA_DIR, 'saved-calls'))
 */
export function createFolderSavedCalls(path: string): SavedCallStore {
  const folderOf = (owner: string | undefined): SafeFolder =>
    createSafeFolder(owner === undefined ? path : join(path, callersFolder, folderNameOf(owner)), {
      label: 'The folder of saved calls',
      create: true,
    })

  return {
    async list(owner) {
      const folder = folderOf(owner)
      const entries = await folder.withEntry('.', {}, (entry) => readEntries(entry.directory))
      const names = entries.flatMap(({ name, type }) =>
        type === 'file' && name.endsWith(extension) ? [name.slice(0, -extension.length)] : [],
      )
      const calls: NamedCall[] = []
      const invalid: { name: string; problem: string }[] = []
      for (const name of names) {
        try {
          const call = await readCall(folder, name)
          if (call !== undefined) calls.push({ name, ...call })
        } catch (thrown) {
          invalid.push({ name, problem: McpError.from(thrown).message })
        }
      }
      return { calls, invalid }
    },
    read: (owner, name) => readCall(folderOf(owner), name),
    async save(owner, name, call) {
      const text = `${JSON.stringify(call, null, 2)}\n`
      const [file, folder] = [await fileOf(name), folderOf(owner)]
      if (owner !== undefined) await writeOwner(folder, owner)
      await folder.withEntry(file, { follow: false }, (entry) =>
        writeFileAtomically(entry, text, { replaces: entry.stats, overwrite: true }),
      )
    },
    async remove(owner, name) {
      return folderOf(owner).withEntry(await fileOf(name), { follow: false }, async (entry) => {
        if (entry.stats?.isFile() !== true) return false
        await unlink(entry.directory.pathOf(entry.name))
        return true
      })
    },
  }
}

async function writeOwner(folder: SafeFolder, owner: string): Promise<void> {
  await folder.withEntry(ownerFile, { follow: false }, async (entry) => {
    if (entry.stats === undefined)
      await writeFileAtomically(entry, owner, { replaces: undefined, overwrite: true })
  })
}

async function readCall(folder: SafeFolder, name: string): Promise<SavedCall | undefined> {
  return folder.withEntry(await fileOf(name), { follow: false }, async (entry) => {
    if (entry.stats === undefined) return undefined
    if (entry.stats.size > maxFileBytes) throw invalidFile(name, 'it is larger than 1 MiB')
    const text = await withFile(entry, ({ handle }) => handle.readFile('utf8'))
    const { savedCallBody } = await loadSchemas()
    try {
      return parseValue('saved call', savedCallBody, parseJson(text))
    } catch (thrown) {
      throw invalidFile(name, McpError.from(thrown).message)
    }
  })
}

/** @throws McpError `invalid-request` for an invalid name. */
async function fileOf(name: string): Promise<string> {
  await refuseInvalidName(name)
  return `${name}${extension}`
}

/** Returns a readable name that no other owner has. */
export function folderNameOf(owner: string): string {
  const readable = owner
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 32)
  const digest = createHash('sha256').update(owner).digest('hex').slice(0, 16)
  return `${readable}-${digest}`
}

function invalidFile(name: string, problem: string): McpError {
  return new McpError(
    'conflict',
    `The file "${name}${extension}" is not a saved call: ${problem}`,
    {
      details: { reason: 'invalid-file' },
    },
  )
}
