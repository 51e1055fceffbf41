import type { Stats } from 'node:fs'
import { constants } from 'node:fs'

import {
  alreadyExists,
  fileNotFound,
  lockEntries,
  lstatEntry,
  readRange,
  refuseNameCollision,
  requireRegularFile,
  withFile,
  writeFileAtomically,
} from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { JobOptions } from '@mcp/sandbox'
import { checkMatch } from '@mcp/server'
import * as z from 'zod'

import type { EditResult } from '../sandbox-jobs.ts'
import { editJob } from '../sandbox-jobs.ts'
import type { TextEdit } from './edit-text.ts'
import { etagOf, etagOfFile } from '../reading/etag.ts'
import type { RootsParts } from '../roots-parts.ts'
import { encodeContent } from '../reading/text-content.ts'
import type { RootEntry } from '../paths/root-entry.ts'

const { O_WRONLY, O_APPEND } = constants

export type ChangeParts = Pick<RootsParts, 'quotas' | 'bounds' | 'sandbox'>

export interface WrittenFile {
  path: string
  etag: string
  size: number
  created: boolean
}

export interface ChangeOptions {
  readonly ifMatch: string | undefined
  readonly signal: AbortSignal
}

/** Locks a file and runs `change` with its current stats. */
export function withLocked<T>(
  entry: RootEntry,
  signal: AbortSignal,
  change: (entry: RootEntry) => Promise<T>,
): Promise<T> {
  return lockEntries([entry], signal, async () => {
    const stats = await lstatEntry(entry)
    if (stats !== undefined) requireRegularFile(entry, stats)
    else await refuseNameCollision(entry)
    return change({ ...entry, stats })
  })
}

/** Throws `conflict` if the etag of the file does not match `ifMatch`. */
export async function requireMatch(
  entry: RootEntry,
  { ifMatch, signal }: ChangeOptions,
): Promise<void> {
  if (ifMatch === undefined) return
  const current =
    entry.stats === undefined
      ? undefined
      : await withFile(entry, ({ handle }) => etagOfFile(handle, signal))
  checkMatch(JSON.stringify(entry.path), ifMatch, current)
}

export interface WriteFileOptions extends ChangeOptions {
  readonly overwrite: boolean
}

/** Creates or replaces a file. */
export function writeFile(
  found: RootEntry,
  content: Uint8Array,
  options: WriteFileOptions,
  parts: ChangeParts,
): Promise<WrittenFile> {
  return withLocked(found, options.signal, async (entry) => {
    if (entry.stats !== undefined && !options.overwrite) throw alreadyExists(entry)
    await requireMatch(entry, options)
    return replace(entry, content, options, parts)
  })
}

/** Creates a file or replaces its content. The caller has checked the etag. */
async function replace(
  entry: RootEntry,
  content: Uint8Array,
  options: ChangeOptions,
  { quotas }: ChangeParts,
): Promise<WrittenFile> {
  const { root, directory, stats, realPath } = entry
  const before = stats?.size ?? 0
  const added = content.length - before
  const reservation = await quotas.reserve({
    root,
    location: directory.realPath,
    bytes: added,
    signal: options.signal,
  })
  try {
    await writeFileAtomically(entry, (handle) => handle.writeFile(content), {
      replaces: stats,
      // Another process may have changed the file meanwhile.
      beforeReplacing: () => requireMatch(entry, options),
    })
    reservation.settle(added)
  } finally {
    reservation.release()
  }
  return {
    path: realPath,
    etag: etagOf(content),
    size: content.length,
    created: stats === undefined,
  }
}

/** Appends to a file in place, so that the cost depends only on the appended content. */
export function appendFile(
  found: RootEntry,
  content: Buffer,
  options: ChangeOptions,
  parts: ChangeParts,
): Promise<Omit<WrittenFile, 'etag'> & { etag?: string }> {
  return withLocked(found, options.signal, async (entry) => {
    await requireMatch(entry, options)
    const { stats } = entry
    if (stats === undefined) return replace(entry, content, options, parts)
    // Appending in place would also change the content under the other names (hard links) of the file.
    if (stats.nlink > 1) return appendToCopy(entry, stats, content, options, parts)
    return appendInPlace(entry, content, options, parts)
  })
}

async function appendInPlace(
  entry: RootEntry,
  content: Buffer,
  { signal }: ChangeOptions,
  { quotas, bounds }: ChangeParts,
) {
  const { root, directory, realPath } = entry
  const reservation = await quotas.reserve({
    root,
    location: directory.realPath,
    bytes: content.length,
    signal,
  })
  try {
    const size = await withFile(
      entry,
      async ({ handle, stats: opened }) => {
        if (opened.nlink > 1)
          throw new McpError('conflict', 'The file got another name (hard link) meanwhile. Retry.')
        try {
          await handle.writeFile(content)
          await handle.sync()
        } catch (thrown) {
          // Removes a partial write.
          await handle.truncate(opened.size)
          throw thrown
        }
        return (await handle.stat()).size
      },
      O_WRONLY | O_APPEND,
    )
    reservation.settle(content.length)
    const etag =
      size <= bounds.maxEtagBytes
        ? await withFile(entry, ({ handle }) => etagOfFile(handle, signal))
        : undefined
    return { path: realPath, size, created: false, ...(etag === undefined ? {} : { etag }) }
  } finally {
    reservation.release()
  }
}

function appendToCopy(
  entry: RootEntry,
  { size }: Stats,
  content: Buffer,
  options: ChangeOptions,
  parts: ChangeParts,
): Promise<WrittenFile> {
  const { maxEditBytes } = parts.bounds
  if (size > maxEditBytes) throw tooLarge(entry, maxEditBytes)
  return withFile(entry, async ({ handle }) => {
    const before = await readRange(handle, 0, size, options.signal)
    const guarded = { ...options, ifMatch: etagOf(before) }
    return replace(entry, Buffer.concat([before, content]), guarded, parts)
  })
}

export interface EditFileOptions extends ChangeOptions {
  /** Key of the caller for the limits of the sandbox. */
  readonly callerKey: string
  readonly edits: readonly TextEdit[]
  readonly dryRun: boolean
}

export interface EditedFile {
  path: string
  diff: string
  etag: string
  replacements: number
}

/** Edits a text file. */
export function editFile(
  found: RootEntry,
  options: EditFileOptions,
  parts: ChangeParts,
): Promise<EditedFile> {
  return withLocked(found, options.signal, async (entry) => {
    if (entry.stats === undefined) throw fileNotFound(entry)
    const { maxEditBytes } = parts.bounds
    const before = await withFile(entry, ({ handle, stats: { size } }) => {
      if (size > maxEditBytes) throw tooLarge(entry, maxEditBytes)
      return readRange(handle, 0, size, options.signal)
    })
    const etag = etagOf(before)
    checkMatch(JSON.stringify(entry.path), options.ifMatch, etag)
    const text = encodeContent(before, 'utf8', entry.path)
    const { signal, callerKey, edits, dryRun } = options
    const { realPath: path } = entry
    const edited = await edit({ path, text, edits, maxLength: maxEditBytes }, parts, {
      signal,
      callerKey,
    })
    const { diff, replacements } = edited
    const content = Buffer.from(edited.text, 'utf8')
    if (dryRun) return { path, diff, etag: etagOf(content), replacements }
    // With this etag, only the content that was read and edited is replaced.
    const written = await replace(entry, content, { signal, ifMatch: etag }, parts)
    return { path, diff, etag: written.etag, replacements }
  })
}

const editResult: z.ZodType<EditResult> = z.object({
  text: z.string(),
  diff: z.string(),
  replacements: z.int(),
})

// Maximum length of the text times the number of edits, for edits in this process. Such edits take a few
// milliseconds. Larger edits run in the sandbox.
const maxInProcessWork = 128 * 1024

async function edit(
  job: Parameters<typeof editJob>[0],
  { sandbox }: ChangeParts,
  options: JobOptions,
): Promise<EditResult> {
  const added = job.edits.reduce((sum, { newText }) => sum + newText.length, 0)
  if ((job.text.length + added) * job.edits.length <= maxInProcessWork) return editJob(job)
  return editResult.parse(await sandbox.run('edit', job, options))
}

function tooLarge({ path }: RootEntry, limit: number): McpError {
  return new McpError(
    'payload-too-large',
    `${JSON.stringify(path)} has more than ${limit} bytes and cannot be edited.`,
    { details: { reason: 'file-too-large', limit } },
  )
}
