import { McpError } from '@mcp/protocol'

import { isTextType } from '../providers/media-type.ts'
import type { ResourceName, ResourceProvider } from '../providers/resource-provider.ts'

/** A line that contains the query. */
export interface LineMatch {
  readonly line: number
  readonly text: string
}

/** Number of bytes that are searched at the start of a resource. */
const maxBytes = 1024 * 1024
const maxMatches = 5
const maxExcerptLength = 300

/**
 * Returns the first lines of a resource that contain the query, ignoring case. Returns no lines if the
 * resource is not text or cannot be read.
 */
export async function searchText(
  provider: ResourceProvider,
  { uri, mimeType }: ResourceName,
  query: string,
  signal: AbortSignal,
): Promise<LineMatch[]> {
  if (isTextType(mimeType) === false) return []
  try {
    const opened = await provider.open(uri, { start: 0, end: maxBytes, signal })
    return opened?.body === undefined ? [] : await searchBody(opened.body, query.toLowerCase())
  } catch (thrown) {
    signal.throwIfAborted()
    // A resource that cannot be read, even temporarily, must not fail the search.
    if (McpError.is(thrown) && thrown.code !== 'internal') return []
    throw thrown
  }
}

async function searchBody(body: AsyncIterable<Uint8Array>, query: string): Promise<LineMatch[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const matches: LineMatch[] = []
  let line = 1
  let rest = ''

  function searchLine(text: string): void {
    if (matches.length < maxMatches && text.toLowerCase().includes(query)) {
      matches.push({ line, text: excerpt(text, query) })
    }
    line++
  }

  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) searchLine(text)
      if (matches.length === maxMatches) return matches
    }
  } catch (thrown) {
    // The bytes are not UTF-8.
    if (thrown instanceof TypeError) return []
    throw thrown
  }
  searchLine(rest)
  return matches
}

/** Returns the part of a line around the first occurrence of the query. */
function excerpt(text: string, query: string): string {
  if (text.length <= maxExcerptLength) return text
  const from = Math.max(0, text.toLowerCase().indexOf(query) - maxExcerptLength / 3)
  return text.slice(from, from + maxExcerptLength).toWellFormed()
}
