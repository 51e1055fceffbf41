import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

import { normalizeLineBreaks } from '../../documents/dotprompt.ts'
import { hasCode } from './has-code.ts'
import { useRegularFile } from './regular-file.ts'
import { unreadable } from './version-format.ts'

/** The file that holds the checksums of a prompt's versions, as `sha256sum --check` reads it. */
export const checksumsName = 'SHA256SUMS'

/** A line for each of as many versions as there can be. */
const mostBytes = 80 * 2 ** 20

/** One version as a file. */
export interface SeenFile {
  /** The folder of its prompt. */
  readonly folder: string
  readonly file: string
  readonly text: string
}

/**
 * Whether a file still says what it said when it was first seen. A file that was never seen is noted
 * down, which is how a version that a person wrote becomes one that never changes.
 *
 * @throws McpError `conflict`, reason `version-unreadable`, where the checksums cannot be read.
 */
export async function isUnchanged(
  seen: SeenFile,
  what: string,
  onError: (error: unknown) => void,
): Promise<boolean> {
  const refuse = (why: string) =>
    unreadable(what, `its checksum is in ${checksumsName}, and ${why}`)
  const noted = (await readChecksums(seen.folder, refuse)).get(seen.file)
  if (noted === undefined) await noteChecksum(seen, onError)
  return noted === undefined || noted === checksumOf(seen.text)
}

/**
 * Notes down what a file says. One short write to the end of the file, so that two never mix. Never
 * fails, for the version is there already: it is noted down when it is next read.
 */
export async function noteChecksum(
  { folder, file, text }: SeenFile,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    await appendLine(join(folder, checksumsName), `${checksumOf(text)}  ${file}\n`)
  } catch (thrown) {
    // A folder that cannot be written to cannot be changed by way of this server either.
    if (!hasCode(thrown, 'EACCES', 'EPERM', 'EROFS')) onError(thrown)
  }
}

/** Neither follows a link, which may lead to a file of somebody else, nor waits for the reader of a pipe. */
async function appendLine(path: string, line: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
  const handle = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
  try {
    await handle.appendFile(line)
  } finally {
    await handle.close()
  }
}

/** The checksums by file; the first that was noted down for a file counts. */
async function readChecksums(
  folder: string,
  refuse: (why: string) => Error,
): Promise<ReadonlyMap<string, string>> {
  const checksums = new Map<string, string>()
  const path = join(folder, checksumsName)
  const text = await useRegularFile(path, { mostBytes, refuse }, ({ read }) => read())
  for (const [, checksum, file] of (text ?? '').matchAll(/^([0-9a-f]{64}) [ *](\S+)\r?$/gm)) {
    if (checksum !== undefined && file !== undefined && !checksums.has(file)) {
      checksums.set(file, checksum)
    }
  }
  return checksums
}

/** Git may give a file other line breaks on another machine, which changes nothing of what it says. */
function checksumOf(text: string): string {
  return createHash('sha256').update(normalizeLineBreaks(text)).digest('hex')
}
