import { McpError } from '@mcp/protocol/light'

import { callOperation } from '../../data/call-operation.ts'
import { entryAddress, resourceAddress } from '../selection.ts'

/** Target of a search: names of files and resources, or lines of their text. */
export type SearchTarget = 'names' | 'text'

/** A folder, file, resource or line that a search has found. */
export interface Found {
  readonly address: string
  /** Path or URI. */
  readonly name: string
  readonly isFolder?: boolean
  readonly line?: number
  /** The line that contains the text. */
  readonly text?: string
}

/** Result of the search in a root or in the resources. */
export interface FoundGroup {
  readonly title: string
  readonly found: readonly Found[]
  /** Reason why there may be more results, or why the search failed. */
  readonly note?: string
}

export interface SearchRequest {
  readonly query: string
  readonly target: SearchTarget
  readonly roots: readonly string[]
  /** Maximum number of results in each root, and in the resources. Default: 100. */
  readonly limit?: number
}

/** Searches all roots and the resources. A root that cannot be searched does not stop the others. */
export async function searchAll(
  { query, target, roots, limit = 100 }: SearchRequest,
  signal: AbortSignal,
): Promise<readonly FoundGroup[]> {
  const search = target === 'names' ? searchNames : searchText
  const options = { query, limit, signal }
  const groups = await Promise.all([
    ...roots.map((root) => orNote(root, search(root, options), signal)),
    orNote('Resources', searchResources(target, options), signal),
  ])
  return groups.filter(({ found, note }) => found.length > 0 || note !== undefined)
}

async function orNote(
  title: string,
  searching: Promise<Omit<FoundGroup, 'title'>>,
  signal: AbortSignal,
): Promise<FoundGroup> {
  try {
    return { title, ...(await searching) }
  } catch (thrown) {
    signal.throwIfAborted()
    return { title, found: [], note: McpError.from(thrown).message }
  }
}

/** Whether a text is a glob rather than a part of a name. */
export function isGlob(query: string): boolean {
  return /[*?[{]/.test(query)
}

interface SearchOptions {
  readonly query: string
  readonly limit: number
  readonly signal: AbortSignal
}

async function searchNames(root: string, { query, limit, signal }: SearchOptions) {
  const { items, nextCursor } = isGlob(query)
    ? await callOperation('roots', 'searchFiles', { root, glob: query, limit }, { signal })
    : await callOperation(
        'roots',
        'listDirectory',
        { root, query, recursive: true, limit },
        { signal },
      )
  return {
    found: items.map(({ path, type }) => ({
      name: path,
      isFolder: type === 'directory',
      address: entryAddress(root, path),
    })),
    ...(nextCursor === undefined ? {} : { note: `The first ${limit} are shown.` }),
  }
}

async function searchText(root: string, { query: pattern, limit, signal }: SearchOptions) {
  const params = { root, pattern, ignoreCase: true, limit }
  const { matches, endedBy } = await callOperation('roots', 'searchText', params, { signal })
  return {
    found: matches.map(({ path, line, text }) => ({
      name: path,
      line,
      text,
      address: entryAddress(root, path, { line }),
    })),
    ...(endedBy === undefined
      ? {}
      : { note: `The search ended early, because it reached a limit (${endedBy}).` }),
  }
}

async function searchResources(target: SearchTarget, { query, limit, signal }: SearchOptions) {
  const content = target === 'text'
  const params = { query, content, limit }
  const { items, nextCursor } = await callOperation('resources', 'search', params, { signal })
  return {
    found: items.flatMap(({ uri, matches }): Found[] =>
      content
        ? matches.map(({ line, text }) => ({
            name: uri,
            line,
            text,
            address: resourceAddress(uri, { line }),
          }))
        : [{ name: uri, address: resourceAddress(uri) }],
    ),
    ...(nextCursor === undefined ? {} : { note: 'There may be more. Use a longer text.' }),
  }
}
