import type { Dirent } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

import { McpError } from '@mcp/protocol'
import { promptLabel, promptName } from '@mcp/contracts/prompts'

import pMap from 'p-map'
import type { PromptRecord, PromptStore } from '../prompt-store.ts'
import { isUnchanged, noteChecksum } from './checksums.ts'
import { withFileFailures } from './file-failure.ts'
import { hasCode } from './has-code.ts'
import { useRegularFile } from './regular-file.ts'
import { createVersionCache } from './version-cache.ts'
import { createVersionFormat, mostVersionBytes, unreadable } from './version-format.ts'
import { watchPrompts } from './watch-prompts.ts'
import { createWholeFiles } from './whole-files.ts'

export interface FilePromptStoreOptions {
  /** Where the prompts are, a folder for each; made with the first prompt. */
  readonly folder: string
  /** Whether it is told when others change the files. They are seen in any case. Default: true. */
  readonly watch?: boolean | undefined
  /** Told when the folder cannot be watched, or part of it cannot be used. Default: do nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const labelsName = 'labels'
const deletedName = 'deleted'
const maxConcurrentFiles = 32
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
  const format = createVersionFormat()
  // Built once: a list asks for each name.
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

  /** One that cannot be looked into keeps no other out of the list. */
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
      const what = `Version ${version} of "${name}"`
      const limits = { mostBytes: mostVersionBytes, refuse: (why: string) => unreadable(what, why) }
      return withFileFailures(`${name}/${file}`, () =>
        useRegularFile(path, limits, async ({ mark, read: readText }) => {
          const cached = cache.find(path, mark)
          if (cached !== undefined) return structuredClone(cached)
          if (!(await isInside(root, path))) throw unreadable(what, 'it is a link to elsewhere')
          const text = await readText()
          if (!(await isUnchanged({ folder, file, text }, what, onError))) {
            throw changed(what, name, file)
          }
          const read = await format.decode(text, what)
          cache.keep(path, mark, read, text.length)
          return structuredClone(read)
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
        if (isAdded) await noteChecksum({ folder, file, text }, onError)
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
        if (isDeleted) await files.replace(path, 'Remove this file to bring the prompt back.\n')
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
    if (hasCode(thrown, 'ENOENT', 'ENOTDIR')) return []
    throw thrown
  }
}

function mayBeFolder(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink()
}

/** Whether a path, where it is a link, leads to somewhere in the folder. */
async function isInside(root: string, path: string): Promise<boolean> {
  const [from, to] = await Promise.all([root, path].map(placeOf))
  if (from === undefined || to === undefined) return false
  const [first] = relative(from, to).split(sep)
  return first !== '..'
}

/** Where a path leads; nowhere, where nothing is there. */
async function placeOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw thrown
  }
}

/** Makes a folder where there is none. Nothing is written by way of a link. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  if ((await lstat(path)).isDirectory()) return
  throw Object.assign(new Error('A link is no folder'), { code: 'ENOTDIR' })
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

/** The text of a label; empty where it is none. */
async function readSmall(path: string): Promise<string> {
  const limits = { mostBytes: 100, refuse: (why: string) => new Error(why) }
  return useRegularFile(path, limits, ({ read }) => read()).then(
    (text) => text ?? '',
    () => '',
  )
}

function changed(what: string, name: string, file: string): McpError {
  return new McpError(
    'conflict',
    `${what} was changed on disk after it was first seen, and a version never changes. Put ${name}/${file} back as it was, or save the change as the next version; to keep it as it is now, take its line out of ${name}/SHA256SUMS.`,
    { details: { reason: 'version-changed' } },
  )
}
