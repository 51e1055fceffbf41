import { McpError } from '@mcp/protocol'
import type { resources } from '@mcp/contracts/resources'
import type { Handlers } from '@mcp/server'
import { invalidParam } from '@mcp/server'

import { mapWithLimit } from '../map-with-limit.ts'
import { isMediaType } from '../providers/media-type.ts'
import type { ProviderRegistry } from '../providers/provider-registry.ts'
import { entryOf, factsOf } from '../providers/resource-entry.ts'
import type { ListOptions, ResourceName, ResourceProvider } from '../providers/resource-provider.ts'
import { searchText } from './search-text.ts'
import { takeTurn } from '../take-turn.ts'

type ListHandlers = Pick<Handlers<typeof resources>, 'list' | 'search'>

const statsAtOnce = 8
/** How many resources one search looks into before it answers with what it has. */
const searchedAtOnce = 500

interface Listed {
  readonly provider: ResourceProvider
  readonly name: ResourceName
}

/** Listing resources, and searching them. */
export function createListHandlers(registry: ProviderRegistry): ListHandlers {
  return {
    async list(params, { signal, markUntrusted }) {
      markUntrusted()
      const { scheme, prefix = '', mimeType, query, cursor, limit } = params
      const found: Listed[] = []
      let isMore = false
      const turn = takeTurn()
      for await (const listed of listAll(registry, { after: cursor, prefix, signal })) {
        if (turn.isOver()) await turn.next()
        if (scheme !== undefined && !listed.name.uri.startsWith(`${scheme}:`)) continue
        if (mimeType !== undefined && !isMediaType(listed.name.mimeType, mimeType)) continue
        if (query !== undefined && !isNamed(listed.name, query)) continue
        isMore = found.length === limit
        if (isMore) break
        found.push(listed)
      }
      const items = await mapWithLimit(found, statsAtOnce, (each) => look(each, signal))
      return {
        items: items.filter((item) => item !== undefined),
        ...nextCursor(isMore ? found.at(-1) : undefined),
      }
    },
    async search({ query, prefix = '', content, cursor, limit }, { signal, markUntrusted }) {
      markUntrusted()
      const items = []
      let searched = 0
      let last: Listed | undefined
      let isMore = false
      const turn = takeTurn()
      for await (const listed of listAll(registry, { after: cursor, prefix, signal })) {
        if (turn.isOver()) await turn.next()
        isMore = items.length === limit || searched === searchedAtOnce
        if (isMore) break
        const { name, provider } = listed
        last = listed
        const matches = content ? await searchText(provider, name, query, signal) : []
        if (content) searched++
        if (matches.length === 0 && !isNamed(name, query)) continue
        const info = await statIfThere(listed, signal)
        if (info !== undefined) items.push({ ...factsOf(info), name: info.name, matches })
      }
      return { items, ...nextCursor(isMore ? last : undefined) }
    },
  }
}

const nextCursor = (last: Listed | undefined) =>
  last === undefined ? {} : { nextCursor: last.name.uri }

/** All resources by URI, one provider after the other. */
async function* listAll(
  registry: ProviderRegistry,
  { after, prefix = '', signal }: ListOptions,
): AsyncGenerator<Listed> {
  const { providers } = registry
  const owner = after === undefined ? undefined : registry.find(after)
  if (after !== undefined && owner === undefined) {
    throw invalidParam('cursor', 'the cursor is not one that this list gave; begin without one')
  }
  const first = owner === undefined ? 0 : providers.indexOf(owner)
  for (const [index, provider] of providers.entries()) {
    if (index < first || !mayHave(provider, prefix)) continue
    const options = { after: index === first ? after : undefined, prefix, signal }
    for await (const name of provider.list(options)) {
      // What a provider with a longer prefix answers for is listed by that one.
      if (name.uri.startsWith(prefix) && registry.find(name.uri) === provider)
        yield { provider, name }
    }
  }
}

function mayHave({ prefixes }: ResourceProvider, wanted: string): boolean {
  return prefixes.some((prefix) => prefix.startsWith(wanted) || wanted.startsWith(prefix))
}

function isNamed({ uri, name, description = '' }: ResourceName, query: string): boolean {
  const wanted = query.toLowerCase()
  return [uri, name, description].some((text) => text.toLowerCase().includes(wanted))
}

async function look(listed: Listed, signal: AbortSignal) {
  const info = await statIfThere(listed, signal)
  return info && entryOf(info, listed.provider)
}

/** What is known of a listed resource: its name alone where it cannot be looked at. */
async function statIfThere({ provider, name }: Listed, signal: AbortSignal) {
  try {
    return await provider.stat(name.uri, { signal })
  } catch (thrown) {
    signal.throwIfAborted()
    if (McpError.is(thrown) && thrown.code !== 'internal') return name
    throw thrown
  }
}
