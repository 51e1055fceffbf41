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

export interface SearchContext {
  readonly sandbox: Sandbox
  /** Key of the caller for the limits of the sandbox. */
  readonly callerKey: string
  readonly bounds: Bounds
  readonly signal: AbortSignal
  /** Returns the current time, in milliseconds since the epoch. */
  readonly now: () => number
  /** Deadline of the caller, in milliseconds since the epoch. */
  readonly deadline: number
}

// The search ends this long before the deadline, because partial results are better than a timeout.
const responseReserveMs = 250

/** Size of the sample that decides whether a file is text. */
const sampleBytes = 8 * 1024

/** Searches the text files below a directory until a limit is reached. */
export async function searchText(
  folder: RootEntry,
  query: TextQuery,
  { sandbox, bounds, signal, now, deadline, callerKey }: SearchContext,
): Promise<TextFindings> {
  const { isBinary } = await import('istextorbinary')
  const matchesGlob =
    query.glob === undefined
      ? () => true
      : compileGlob(query.glob, { relative: true, param: 'glob' })
  const matcher = createLineMatcher(query, sandbox, { signal, callerKey })
  const endsAt = Math.min(now() + bounds.maxSearchMs, deadline - responseReserveMs)
  const findings: TextFindings = {
    matches: [],
    filesSearched: 0,
    filesSkipped: 0,
    bytesSearched: 0,
  }

  function reachedLimit(): TextFindings['endedBy'] {
    if (findings.matches.length >= query.limit) return 'matches'
    if (findings.filesSearched >= bounds.maxSearchFiles) return 'files'
    if (findings.bytesSearched >= bounds.maxSearchBytes) return 'bytes'
    return now() >= endsAt ? 'time' : undefined
  }

  const search = {
    matcher,
    context: query.context,
    signal,
    remaining: () => query.limit - findings.matches.length,
    onMatch: (match: TextMatch) => findings.matches.push(match),
    onBytes(bytes: number) {
      findings.bytesSearched += bytes
    },
    shouldContinue: () => findings.bytesSearched < bounds.maxSearchBytes && now() < endsAt,
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
      // An incomplete character at the end of the sample is omitted. Otherwise a text file could count
      // as binary.
      const whole = begin.subarray(0, begin.length - trailingFragmentBytes(begin))
      if (isBinary(null, whole) === true) {
        findings.filesSkipped++
        return
      }
      findings.filesSearched++
      await searchFile({ handle, path: entry.path, size }, search)
    })
  }

  let visited = 0
  for await (const entry of walk(folder, { bounds, signal })) {
    const endedBy = ++visited > bounds.maxWalkEntries ? 'files' : reachedLimit()
    if (endedBy !== undefined) return { ...findings, endedBy }
    if (entry.type !== 'file' || !matchesGlob(below(folder.path, entry.path))) continue
    try {
      await searchEntry(entry)
    } catch (thrown) {
      if (!isSkippable(thrown)) throw thrown
      findings.filesSkipped++
    }
  }
  const endedBy = reachedLimit()
  return endedBy === undefined || endedBy === 'files' ? findings : { ...findings, endedBy }
}

/** Returns a path relative to the searched directory. Globs are relative to this directory too. */
export function below(folder: string, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1)
}

/**
 * Returns whether the search skips a file after this error. It does so if the file was deleted or moved,
 * is not accessible, or was refused.
 */
function isSkippable(thrown: unknown): boolean {
  if (isSystemError(thrown, 'ENOENT', 'EACCES', 'EPERM', 'ELOOP', 'ENXIO', 'EIO')) return true
  if (!McpError.is(thrown)) return false
  const reason = thrown.details?.['reason']
  return (
    ['hard-link', 'not-a-file', 'moved'].some((each) => each === reason) ||
    thrown.code === 'not-found'
  )
}
