import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'
import { promptLabel, promptName } from '@mcp/protocol/contracts/prompts'

import { mapInBatches } from '../map-in-batches.ts'
import type { PromptRecord, PromptStore } from '../prompt-store.ts'
import { isUnchanged, noteChecksum } from './checksums.ts'
import { hasCode } from './has-code.ts'
import { createVersionCache } from './version-cache.ts'
import { decodeVersion, encodeVersion, useFile } from './version-file.ts'
import { watchPrompts } from './watch-prompts.ts'
import { createWholeFiles } from './whole-files.ts'

export interface FilePromptStoreOptions {
  /** Where the prompts are, a folder for each; made with the first prompt. */
  readonly folder: string
  /** Whether it is told when others change the files. They are seen in any case. Default: true. */
  readonly watch?: boolean | undefined
  /** Told when the folder cannot be watched. Default: do nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const labelsName = 'labels'
const deletedName = 'deleted'
const cachedCharacters = 16 * 2 ** 20

/**
 * Keeps prompts as files that people can read and keep in Git: `code-review/3.prompt` is version 3 of
 * the prompt `code-review`. What is on disk is what counts; several processes may share a folder.
 *
 * @example
 * promptsServer({ store: createFilePromptStore({ folder: '.data/prompts' }) })
 */
export function createFilePromptStore(options: FilePromptStoreOptions): PromptStore {
  const { folder: root, watch = true, onError = () => {} } = options
  const files = createWholeFiles(join(root, '.scratch'))
  const cache = createVersionCache(cachedCharacters)
  // Built once: a list asks for each name.
  const nameSchema = promptName()
  const labelSchema = promptLabel()
  const isName = (name: string) => nameSchema.safeParse(name).success
  const isLabel = (name: string) => labelSchema.safeParse(name).success

  async function find(name: string): Promise<PromptRecord | undefined> {
    const entries = await entriesOf(join(root, name))
    const versions = entries.flatMap((entry) => versionOf(entry) ?? [])
    if (versions.length === 0) return undefined
    const hasLabels = entries.includes(labelsName)
    return {
      name,
      versions: versions.toSorted((left, right) => left - right),
      labels: hasLabels ? await readLabels(join(root, name, labelsName), isLabel) : {},
      isDeleted: entries.includes(deletedName),
    }
  }

  const store: PromptStore = {
    find,
    async list() {
      const names = (await entriesOf(root)).filter(isName)
      const records = await mapInBatches(names.toSorted(), find)
      return records.filter((record) => record !== undefined)
    },
    async read(name, version) {
      const folder = join(root, name)
      const file = fileOf(version)
      const path = join(folder, file)
      const what = `Version ${version} of "${name}"`
      return useFile(path, what, async ({ mark, read: readText }) => {
        const cached = cache.find(path, mark)
        if (cached !== undefined) return structuredClone(cached)
        const text = await readText()
        if (!(await isUnchanged(folder, file, text))) throw changed(what, name, file)
        const read = await decodeVersion(text, what)
        cache.keep(path, mark, read, text.length)
        return structuredClone(read)
      })
    },
    async add(name, version, value) {
      const folder = join(root, name)
      const text = await encodeVersion(value)
      await mkdir(folder, { recursive: true })
      const isAdded = await files.writeOnce(join(folder, fileOf(version)), text)
      if (isAdded) await noteChecksum(folder, fileOf(version), text)
      return isAdded
    },
    async setLabel(name, label, version) {
      const folder = join(root, name, labelsName)
      if (version === undefined) return rm(join(folder, label), { force: true })
      await mkdir(folder, { recursive: true })
      await files.replace(join(folder, label), `${version}\n`)
    },
    async setDeleted(name, isDeleted) {
      const path = join(root, name, deletedName)
      if (!isDeleted) return rm(path, { force: true })
      await files.replace(path, 'Remove this file to bring the prompt back.\n')
    },
  }
  if (!watch) return store
  return {
    ...store,
    async watch(onChange) {
      await mkdir(root, { recursive: true })
      return watchPrompts(root, {
        onChange: (name) => isName(name) && onChange(name),
        onError,
      })
    },
  }
}

const fileOf = (version: number) => `${version}.prompt`

function versionOf(entry: string): number | undefined {
  return /^[1-9]\d{0,5}\.prompt$/.test(entry) ? Number.parseInt(entry, 10) : undefined
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT', 'ENOTDIR')) return []
    throw thrown
  }
}

async function readLabels(
  folder: string,
  isLabel: (name: string) => boolean,
): Promise<Record<string, number>> {
  const names = (await entriesOf(folder)).filter(isLabel)
  const labels = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '')
      return /^[1-9]\d{0,5}\s*$/.test(text) ? [[name, Number.parseInt(text, 10)] as const] : []
    }),
  )
  return Object.fromEntries(labels.flat())
}

function changed(what: string, name: string, file: string): McpError {
  return new McpError(
    'conflict',
    `${what} was changed on disk after it was first seen, and a version never changes. Put ${name}/${file} back as it was, or save the change as the next version; to keep it as it is now, take its line out of ${name}/SHA256SUMS.`,
    { details: { reason: 'version-changed' } },
  )
}
