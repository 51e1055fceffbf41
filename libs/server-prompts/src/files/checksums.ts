import { createHash } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { withUnixLines } from '../document/dotprompt.ts'
import { hasCode } from './has-code.ts'

/** The file that holds the checksums of a prompt's versions, as `sha256sum --check` reads it. */
export const checksumsName = 'SHA256SUMS'

/**
 * Whether a file still says what it said when it was first seen. A file that was never seen is noted
 * down, which is how a version that a person wrote becomes one that never changes.
 */
export async function isUnchanged(folder: string, file: string, text: string): Promise<boolean> {
  const now = checksumOf(text)
  const noted = (await readChecksums(folder)).get(file)
  if (noted === undefined) await noteChecksum(folder, file, text)
  return noted === undefined || noted === now
}

/** Notes down what a file says. One short write to the end of the file, so that two never mix. */
export async function noteChecksum(folder: string, file: string, text: string): Promise<void> {
  try {
    await appendFile(join(folder, checksumsName), `${checksumOf(text)}  ${file}\n`)
  } catch (thrown) {
    // A folder that cannot be written to cannot be changed by way of this server either.
    if (!hasCode(thrown, 'EACCES', 'EPERM', 'EROFS')) throw thrown
  }
}

/** The checksums by file; the first that was noted down for a file counts. */
async function readChecksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const checksums = new Map<string, string>()
  const text = await readFile(join(folder, checksumsName), 'utf8').catch((thrown: unknown) => {
    if (hasCode(thrown, 'ENOENT')) return ''
    throw thrown
  })
  for (const [, checksum, file] of text.matchAll(/^([0-9a-f]{64}) [ *](\S+)\r?$/gm)) {
    if (checksum !== undefined && file !== undefined && !checksums.has(file)) {
      checksums.set(file, checksum)
    }
  }
  return checksums
}

/** Git may give a file other line breaks on another machine, which changes nothing of what it says. */
function checksumOf(text: string): string {
  return createHash('sha256').update(withUnixLines(text)).digest('hex')
}
