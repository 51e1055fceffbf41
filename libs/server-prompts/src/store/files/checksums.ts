import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

import { isSystemError } from '@mcp/files'

import { normalizeLineBreaks } from '../../documents/dotprompt.ts'
import { useRegularFile } from './regular-file.ts'
import { unreadable } from './version-format.ts'

/** Name of the file with the checksums of a prompt's versions, in the format of `sha256sum --check`. */
export const checksumsName = 'SHA256SUMS'

/** Maximum size of the file: 999,999 versions with a line of up to 80 bytes each. */
const maxBytes = 80 * 2 ** 20

/** The file of one version. */
export interface VersionFile {
  /** Folder of the prompt. */
  readonly folder: string
  readonly file: string
  readonly text: string
}

/**
 * Returns whether a file still has its recorded checksum. Records the checksum of a file that has none, so
 * that a version that a user wrote becomes immutable when it is first read.
 *
 * @throws McpError `conflict`, reason `version-unreadable`, if the checksums cannot be read.
 */
export async function isUnchanged(
  version: VersionFile,
  label: string,
  onError: (error: unknown) => void,
): Promise<boolean> {
  const createError = (problem: string) => unreadable(label, `${checksumsName}: ${problem}`)
  const recorded = (await readChecksums(version.folder, createError)).get(version.file)
  if (recorded === undefined) await recordChecksum(version, onError)
  return recorded === undefined || recorded === checksumOf(version.text)
}

/**
 * Records the checksum of a file with a single short append, so that concurrent appends cannot
 * interleave. Never rejects, because the version already exists. After a failure, the next read of the
 * version records the checksum.
 */
export async function recordChecksum(
  { folder, file, text }: VersionFile,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    await appendLine(join(folder, checksumsName), `${checksumOf(text)}  ${file}\n`)
  } catch (thrown) {
    // The error of a read-only folder is not reported, because this server cannot change the versions in the
    // folder either.
    if (!isSystemError(thrown, 'EACCES', 'EPERM', 'EROFS')) onError(thrown)
  }
}

/**
 * Appends a line to a file. Rejects a link, which may lead out of the folder, and a pipe without a
 * reader, which would block.
 */
async function appendLine(path: string, line: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
  const handle = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
  try {
    await handle.appendFile(line)
  } finally {
    await handle.close()
  }
}

/** Returns the checksums by file name. If a file name occurs repeatedly, its first checksum is used. */
async function readChecksums(
  folder: string,
  createError: (problem: string) => Error,
): Promise<ReadonlyMap<string, string>> {
  const checksums = new Map<string, string>()
  const path = join(folder, checksumsName)
  const text = await useRegularFile(path, { maxBytes, createError }, ({ read }) => read())
  for (const [, checksum, file] of (text ?? '').matchAll(/^([0-9a-f]{64}) [ *](\S+)\r?$/gm)) {
    if (checksum !== undefined && file !== undefined && !checksums.has(file)) {
      checksums.set(file, checksum)
    }
  }
  return checksums
}

/** Computes a checksum after converting Windows line breaks, because Git may convert line breaks. */
function checksumOf(text: string): string {
  return createHash('sha256').update(normalizeLineBreaks(text)).digest('hex')
}
