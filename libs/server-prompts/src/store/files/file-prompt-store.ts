import type { Dirent } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

import { promptLabel, promptName } from '@mcp/contracts/prompts'
import { isSystemError } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import { LRUCache } from 'lru-cache'

import pMap from 'p-map'
import type { PromptRecord, PromptStore, PromptVersion } from '../prompt-store.ts'
import { isUnchanged, recordChecksum } from './checksums.ts'
import { withFileFailures } from './file-failure.ts'
import { useRegularFile } from './regular-file.ts'
import { createVersionFormat, maxVersionBytes, unreadable } from './version-format.ts'
import { watchPrompts } from './watch-prompts.ts'
import { createWholeFiles } from './whole-files.ts'

export interface FilePromptStoreOptions {
  /** Folder of the prompts, with a subfolder for each. Created with the first prompt. */
  readonly folder: string
  /** Whether changes on disk are reported to clients. They are read in any case. Default: true. */
  readonly watch?: boolean | undefined
  /** Called if the folder cannot be watched, or a part of it cannot be used. Default: does nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const labelsName = 'labels'
const deletedName = 'deleted'
const maxConcurrentFiles = 32
const maxCachedCharacters = 16 * 2 ** 20

interface CachedVersion {
  readonly fingerprint: string
  readonly version: PromptVersion
  readonly length: number
}

/**
 * Creates a store of readable files, suitable for Git: `code-review/3.prompt` is version 3 of the prompt
 * `code-review`. The files are the source of truth, and several processes may share a folder.
 *
 * @example
 * promptsServer({ store: createFilePromptStore({ folder: '.data/prompts' }) })
 */
export function createFilePromptStore(options: FilePromptStoreOptions): PromptStore {
  const { folder: root, watch = true, onError = () => {} } = options
  const files = createWholeFiles(join(root, '.scratch'))
  const cache = new LRUCache<string, CachedVersion>({
    maxSize: maxCachedCharacters,
    // A size must be positive.
    sizeCalculation: ({ length }) => length + 1,
  })
  const format = createVersionFormat()
  // Created once: a list checks every name.
  const nameSchema = promptName()
  const labelSchema = promptLabel()
  const isName = (name: string) => nameSchema.safeParse(name).success
  const isLabel = (name: string) => labelSchema.safeParse(name).success

  async function find(name: string): Promise<PromptRecord | undefined> {
    const folder = join(root, name)
    const entries = (await isInside(root, folder)) ? await entriesOf(folder) : []
    const names = entries.map((entry) => entry.name)
    const versions = names.flatMap((entry) => versionOf(entry) ?? [])
    if (versions.length === 0) return undefined
    return {
      name,
      versions: versions.toSorted((left, right) => left - right),
      labels: names.includes(labelsName) ? await readLabels(join(folder, labelsName), isLabel) : {},
      isDeleted: names.includes(deletedName),
    }
  }

  /** Returns undefined for a prompt that cannot be read, so that it does not fail the list. */
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
    read(name, version) {
      const folder = join(root, name)
      const file = fileOf(version)
      const path = join(folder, file)
      const label = `Version ${version} of "${name}"`
      const limits = {
        maxBytes: maxVersionBytes,
        createError: (problem: string) => unreadable(label, problem),
      }
      return withFileFailures(`${name}/${file}`, () =>
        useRegularFile(path, limits, async ({ fingerprint, read: readText }) => {
          const cached = cache.get(path)
          if (cached?.fingerprint === fingerprint) return structuredClone(cached.version)
          if (!(await isInside(root, path)))
            throw unreadable(label, 'it is a link that leads out of the folder')
          const text = await readText()
          if (!(await isUnchanged({ folder, file, text }, label, onError))) {
            throw changed(label, name, file)
          }
          const decoded = await format.decode(text, label)
          cache.set(path, { fingerprint, version: decoded, length: text.length })
          return structuredClone(decoded)
        }),
      )
    },
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
    close: () => format.close(),
  }
  if (!watch) return store
  return {
    ...store,
    async watch(onChange) {
      try {
        await withFileFailures('', () => mkdir(root, { recursive: true }))
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

const fileOf = (version: number) => `${version}.prompt`

function versionOf(entry: string): number | undefined {
  return /^[1-9]\d{0,5}\.prompt$/.test(entry) ? Number.parseInt(entry, 10) : undefined
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR')) return []
    throw thrown
  }
}

function mayBeFolder(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink()
}

/** Whether a path leads into the folder, links resolved. */
async function isInside(root: string, path: string): Promise<boolean> {
  const [from, to] = await Promise.all([root, path].map(tryRealpath))
  if (from === undefined || to === undefined) return false
  const [first] = relative(from, to).split(sep)
  return first !== '..'
}

/** Resolves the links of a path. Returns undefined if it does not exist. */
async function tryRealpath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw thrown
  }
}

/** Creates a folder if it does not exist. Rejects a link: nothing is written through it. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  if ((await lstat(path)).isDirectory()) return
  throw Object.assign(new Error('The path is not a folder'), { code: 'ENOTDIR' })
}

async function readLabels(
  folder: string,
  isLabel: (name: string) => boolean,
): Promise<Record<string, number>> {
  const names = (await entriesOf(folder)).map((entry) => entry.name).filter(isLabel)
  const labels = await Promise.all(
    names.map(async (name) => {
      const text = await readSmall(join(folder, name))
      return /^[1-9]\d{0,5}\s*$/.test(text) ? [[name, Number.parseInt(text, 10)] as const] : []
    }),
  )
  return Object.fromEntries(labels.flat())
}

/** Returns the text of a label file, or an empty text if it cannot be read. */
async function readSmall(path: string): Promise<string> {
  const limits = { maxBytes: 100, createError: (problem: string) => new Error(problem) }
  return useRegularFile(path, limits, ({ read }) => read()).then(
    (text) => text ?? '',
    () => '',
  )
}

function changed(label: string, name: string, file: string): McpError {
  return new McpError(
    'conflict',
    `${label} was changed on disk, but versions are immutable. Restore ${name}/${file}, or save the change as the next version. To accept the current content, remove its line from ${name}/SHA256SUMS.`,
    { details: { reason: 'version-changed' } },
  )
}
