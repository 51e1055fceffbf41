import { compileGlob, isSystemError, trailingFragmentBytes, withFile } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { Sandbox } from '@mcp/sandbox'

import type { Bounds } from '../bounds.ts'
import { createLineMatcher } from './line-matcher.ts'
import type { TextMatch } from './search-file.ts'
import { searchFile } from './search-file.ts'
import type { WalkedEntry } from '../directories/walk.ts'
import { walk } from '../directories/walk.ts'
import type { RootEntry } from '../paths/root-entry.ts'
import { innerEntry } from '../paths/root-entry.ts'

export interface TextQuery {
  readonly pattern: string
  readonly regex: boolean
  readonly ignoreCase: boolean
  readonly glob?: string | undefined
  readonly context: number
  readonly limit: number
}

export interface TextFindings {
  matches: TextMatch[]
  filesSearched: number
  filesSkipped: number
  bytesSearched: number
  endedBy?: 'matches' | 'files' | 'bytes' | 'time'
}

export interface SearchTools {
  readonly sandbox: Sandbox
  readonly bounds: Bounds
  readonly signal: AbortSignal
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number
  /** When the caller stops waiting. */
  readonly deadline: number
}

// For the answer to get there: what was found is worth more than an error.
const answerMs = 250

/** How much of a file is looked at to see whether it is text. */
const sampleBytes = 8 * 1024

/** Searches the text files below a folder until a bound is reached. */
export async function searchText(
  folder: RootEntry,
  query: TextQuery,
  { sandbox, bounds, signal, now, deadline }: SearchTools,
): Promise<TextFindings> {
  const { isBinary } = await import('istextorbinary')
  const isWanted =
    query.glob === undefined
      ? () => true
      : compileGlob(query.glob, { relative: true, param: 'glob' })
  const matcher = createLineMatcher(query, sandbox, signal)
  const endsAt = Math.min(now() + bounds.searchMs, deadline - answerMs)
  const findings: TextFindings = {
    matches: [],
    filesSearched: 0,
    filesSkipped: 0,
    bytesSearched: 0,
  }

  function bound(): TextFindings['endedBy'] {
    if (findings.matches.length >= query.limit) return 'matches'
    if (findings.filesSearched >= bounds.searchFiles) return 'files'
    if (findings.bytesSearched >= bounds.searchBytes) return 'bytes'
    return now() >= endsAt ? 'time' : undefined
  }

  const search = {
    matcher,
    context: query.context,
    signal,
    wanted: () => query.limit - findings.matches.length,
    onMatch: (match: TextMatch) => findings.matches.push(match),
    onBytes(bytes: number) {
      findings.bytesSearched += bytes
    },
    mayGoOn: () => findings.bytesSearched < bounds.searchBytes && now() < endsAt,
  }

  async function searchEntry(entry: WalkedEntry): Promise<void> {
    if (isBinary(entry.name) === true) {
      findings.filesSkipped++
      return
    }
    await withFile(await innerEntry(entry), async ({ handle, stats: { size } }) => {
      const sample = Buffer.alloc(Math.min(size, sampleBytes))
      const { bytesRead } = await handle.read(sample, 0, sample.length, 0)
      const begin = sample.subarray(0, bytesRead)
      // Half a character at its end would be taken for no text.
      const whole = begin.subarray(0, begin.length - trailingFragmentBytes(begin))
      if (isBinary(null, whole) === true) {
        findings.filesSkipped++
        return
      }
      findings.filesSearched++
      await searchFile({ handle, path: entry.path, size }, search)
    })
  }

  let passed = 0
  for await (const entry of walk(folder, { bounds, signal })) {
    const endedBy = ++passed > bounds.walkEntries ? 'files' : bound()
    if (endedBy !== undefined) return { ...findings, endedBy }
    if (entry.type !== 'file' || !isWanted(below(folder.path, entry.path))) continue
    try {
      await searchEntry(entry)
    } catch (thrown) {
      if (!isPassedOver(thrown)) throw thrown
      findings.filesSkipped++
    }
  }
  const endedBy = bound()
  return endedBy === undefined || endedBy === 'files' ? findings : { ...findings, endedBy }
}

/** A path from the folder that is searched: a pattern is told from there. */
export function below(folder: string, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1)
}

/** A file that is gone, moved, closed to this process or refused stops no search. */
function isPassedOver(thrown: unknown): boolean {
  if (isSystemError(thrown, 'ENOENT', 'EACCES', 'EPERM', 'ELOOP', 'ENXIO', 'EIO')) return true
  if (!McpError.is(thrown)) return false
  const reason = thrown.details?.['reason']
  return (
    ['hard-link', 'not-a-file', 'moved'].some((each) => each === reason) ||
    thrown.code === 'not-found'
  )
}
