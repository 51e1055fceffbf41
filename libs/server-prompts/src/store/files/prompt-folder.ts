import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

import { isSystemError, makeFolder as makeFolderWithParents } from '@mcp/files'

import type { PromptRecord } from '../prompt-store.ts'
import { useRegularFile } from './regular-file.ts'

/** Name of the subfolder with a file for each label. */
export const labelsName = 'labels'

/** Name of the file that marks a deleted prompt. */
export const deletedName = 'deleted'

/**
 * Returns the prompt of a folder. Returns undefined if the folder does not exist, contains no version or
 * is a link that leads out of the root.
 */
export async function findRecord(
  root: string,
  name: string,
  isLabel: (name: string) => boolean,
): Promise<PromptRecord | undefined> {
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

/** Returns the entries of a folder; an empty list if it is missing or not a folder. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR')) return []
    throw thrown
  }
}

/** Returns whether a path exists and, with links resolved, is inside the root. */
export async function isInside(root: string, path: string): Promise<boolean> {
  const [from, to] = await Promise.all([root, path].map(tryRealpath))
  if (from === undefined || to === undefined) return false
  const [first] = relative(from, to).split(sep)
  return first !== '..'
}

/** Resolves the links of a path. Returns undefined if the path does not exist or its links form a cycle. */
async function tryRealpath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw thrown
  }
}

/** Creates a folder if it does not exist. Rejects a link, so that nothing is written through it. */
export async function makeFolder(path: string): Promise<void> {
  await makeFolderWithParents(path)
  if ((await lstat(path)).isDirectory()) return
  throw Object.assign(new Error('The path is not a folder'), { code: 'ENOTDIR' })
}

/** Returns the name of the file of a version. */
export const fileOf = (version: number) => `${version}.prompt`

function versionOf(entry: string): number | undefined {
  return /^[1-9]\d{0,5}\.prompt$/.test(entry) ? Number.parseInt(entry, 10) : undefined
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
