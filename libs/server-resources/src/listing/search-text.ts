import { McpError } from '@mcp/protocol'

import { isTextType } from '../providers/media-type.ts'
import type { ResourceName, ResourceProvider } from '../providers/resource-provider.ts'

/** A line that holds what was searched for. */
export interface LineMatch {
  readonly line: number
  readonly text: string
}

const maxBytes = 1024 * 1024
const maxMatches = 5
const maxLineLength = 300

/** The first lines of a resource that hold the words, in any case; none where it is no text. */
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
    // One that cannot be read, or not right now, stops no search.
    if (McpError.is(thrown) && thrown.code !== 'internal') return []
    throw thrown
  }
}

async function searchBody(body: AsyncIterable<Uint8Array>, wanted: string): Promise<LineMatch[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const matches: LineMatch[] = []
  let line = 1
  let rest = ''

  function searchLine(text: string): void {
    if (matches.length < maxMatches && text.toLowerCase().includes(wanted)) {
      matches.push({ line, text: excerpt(text, wanted) })
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
    // Bytes that are no text.
    if (thrown instanceof TypeError) return []
    throw thrown
  }
  searchLine(rest)
  return matches
}

/** The part of a line around the first place that holds the words. */
function excerpt(text: string, wanted: string): string {
  if (text.length <= maxLineLength) return text
  const from = Math.max(0, text.toLowerCase().indexOf(wanted) - maxLineLength / 3)
  return text.slice(from, from + maxLineLength)
}
