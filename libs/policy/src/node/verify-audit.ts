import { createReadStream } from 'node:fs'

import { chainStart, readChainedLine } from './hash-chain.ts'

/** The result of the verification of audit files. */
export interface AuditVerification {
  readonly lines: number
  /** The first 100 problems, each with its file and line. Empty if no problem was found. */
  readonly problems: readonly string[]
}

const maxProblems = 100

/**
 * Verifies the hash chain of audit files, oldest first. It finds changed, removed, added and moved lines. It
 * cannot find lines that were removed from the start of the first file or from the end of the last file, or a
 * change after which all later hashes were computed again. To find the last two, compare the hash of the last
 * line with one that was recorded elsewhere.
 */
export async function verifyAudit(files: readonly string[]): Promise<AuditVerification> {
  const problems: string[] = []
  let lines = 0
  let previous: string | undefined
  for (const file of files) {
    let number = 0
    for await (const line of linesOf(file)) {
      number++
      lines++
      const read = readChainedLine(line)
      const problem = problemOf(read, previous)
      if (problem !== undefined && problems.length < maxProblems) {
        problems.push(`${file}:${number}: ${problem}`)
      }
      previous = read?.hash ?? previous
    }
  }
  return { lines, problems }
}

/**
 * Reads the lines of a file. `node:readline` is not used, because it also splits at U+2028 and U+2029, which
 * are ordinary characters in JSON.
 */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function problemOf(
  read: ReturnType<typeof readChainedLine>,
  previous: string | undefined,
): string | undefined {
  if (read === undefined) return 'not a line of an audit log'
  if (!read.isIntact) return 'the line was changed'
  // Earlier files may have been deleted on purpose, so the first line of the first file has no predecessor.
  if (previous === undefined || read.previous === previous) return undefined
  return read.previous === chainStart
    ? 'the chain starts again: earlier lines were removed'
    : 'a line before this one was removed, added or moved'
}
