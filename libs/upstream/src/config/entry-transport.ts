import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { AddProblem } from './config-problem.ts'
import type { EntryFields } from './entry-fields.ts'

/** Spellings of the transports in the files of other programs. */
const transports: ReadonlyMap<string, UpstreamEntry['transport']> = new Map([
  ['stdio', 'stdio'],
  ['http', 'http'],
  ['streamable-http', 'http'],
  ['streamableHttp', 'http'],
  ['streamable_http', 'http'],
  ['sse', 'sse'],
])

/**
 * Returns the transport of an entry, or undefined. Without a `type`, its command or the path of its URL
 * decides.
 */
export function parseTransport(
  fields: EntryFields,
  addProblem: AddProblem,
): UpstreamEntry['transport'] | undefined {
  const { type, command, url } = fields
  if (command !== undefined && url !== undefined) {
    addProblem([], 'has both "command" and "url". Remove one of them')
    return undefined
  }
  if (command === undefined && url === undefined) {
    const near = Object.keys(fields).find((key) => /command|cmd|url/i.test(key))
    const remedy = near === undefined ? '' : `. Rename "${near}"`
    addProblem([], `has neither "command" nor "url"${remedy}`)
    return undefined
  }
  const isProcess = command !== undefined
  if (type === undefined) {
    if (isProcess) return 'stdio'
    return isSseAddress(url) ? 'sse' : 'http'
  }
  const transport = typeof type === 'string' ? transports.get(type) : undefined
  if (transport === undefined) {
    addProblem(['type'], 'must be "stdio", "http" or "sse"')
  } else if ((transport === 'stdio') !== isProcess) {
    const right = isProcess ? '"stdio"' : '"http" or "sse"'
    addProblem(['type'], `must be ${right} for an entry with "${isProcess ? 'command' : 'url'}"`)
  }
  return transport
}

/** Whether a URL has the path of most servers with HTTP+SSE, the older transport. */
function isSseAddress(url: unknown): boolean {
  return typeof url === 'string' && URL.parse(url)?.pathname.endsWith('/sse') === true
}
