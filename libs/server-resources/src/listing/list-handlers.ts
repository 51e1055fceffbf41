import { createTimeSlice } from '@mcp/concurrency'
import type { resources } from '@mcp/contracts/resources'
import { McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import { invalidParam } from '@mcp/server'
import pMap from 'p-map'

import { describeResource, resourceMetadata } from '../providers/describe-resource.ts'
import { isMediaType } from '../providers/media-type.ts'
import type { ProviderRegistry } from '../providers/provider-registry.ts'
import type { ListOptions, ResourceName, ResourceProvider } from '../providers/resource-provider.ts'
import { searchText } from './search-text.ts'

type ListHandlers = Pick<Handlers<typeof resources>, 'list' | 'search'>

const maxConcurrentStats = 8
/** Maximum number of resources whose text one search reads before it returns a page. */
const maxSearchedTexts = 500

interface ListedResource {
  readonly provider: ResourceProvider
  readonly name: ResourceName
}

/** Creates the handlers that list and search resources. */
export function createListHandlers(registry: ProviderRegistry): ListHandlers {
  return {
    async list(params, { signal, markUntrusted }) {
      markUntrusted()
      const { scheme, prefix = '', mimeType, query, cursor, limit } = params
      const found: ListedResource[] = []
      let hasMore = false
      const slice = createTimeSlice()
      for await (const listed of listAll(registry, { after: cursor, prefix, signal })) {
        if (slice.isOver()) await slice.yield()
        if (scheme !== undefined && !listed.name.uri.startsWith(`${scheme}:`)) continue
        if (mimeType !== undefined && !isMediaType(listed.name.mimeType, mimeType)) continue
        if (query !== undefined && !nameContains(listed.name, query)) continue
        hasMore = found.length === limit
        if (hasMore) break
        found.push(listed)
      }
      const items = await pMap(found, (listed) => describe(listed, signal), {
        concurrency: maxConcurrentStats,
      })
      return {
        items: items.filter((item) => item !== undefined),
        ...nextCursor(hasMore ? found.at(-1) : undefined),
      }
    },
    async search({ query, prefix = '', content, cursor, limit }, { signal, markUntrusted }) {
      markUntrusted()
      const items = []
      let searchedTexts = 0
      let last: ListedResource | undefined
      let hasMore = false
      const slice = createTimeSlice()
      for await (const listed of listAll(registry, { after: cursor, prefix, signal })) {
        if (slice.isOver()) await slice.yield()
        hasMore = items.length === limit || searchedTexts === maxSearchedTexts
        if (hasMore) break
        const { name, provider } = listed
        last = listed
        const matches = content ? await searchText(provider, name, query, signal) : []
        if (content) searchedTexts++
        if (matches.length === 0 && !nameContains(name, query)) continue
        const info = await statOrName(listed, signal)
        if (info !== undefined) items.push({ ...resourceMetadata(info), name: info.name, matches })
      }
      return { items, ...nextCursor(hasMore ? last : undefined) }
    },
  }
}

const nextCursor = (last: ListedResource | undefined) =>
  last === undefined ? {} : { nextCursor: last.name.uri }

/** Lists the resources of one provider after another, each ordered by URI. */
async function* listAll(
  registry: ProviderRegistry,
  { after, prefix = '', signal }: ListOptions,
): AsyncGenerator<ListedResource> {
  const { providers } = registry
  const owner = after === undefined ? undefined : registry.find(after)
  if (after !== undefined && owner === undefined) {
    throw invalidParam(
      'cursor',
      'the cursor is invalid; send a nextCursor of this list, or omit it to restart',
    )
  }
  const first = owner === undefined ? 0 : providers.indexOf(owner)
  for (const [index, provider] of providers.entries()) {
    if (index < first || !overlaps(provider, prefix)) continue
    const options = { after: index === first ? after : undefined, prefix, signal }
    for await (const name of provider.list(options)) {
      // If the URI also starts with a longer prefix of another provider, only that provider lists it.
      if (name.uri.startsWith(prefix) && registry.find(name.uri) === provider) {
        yield { provider, name }
      }
    }
  }
}

function overlaps({ prefixes }: ResourceProvider, prefix: string): boolean {
  return prefixes.some((own) => own.startsWith(prefix) || prefix.startsWith(own))
}

function nameContains({ uri, name, description = '' }: ResourceName, query: string): boolean {
  const lower = query.toLowerCase()
  return [uri, name, description].some((text) => text.toLowerCase().includes(lower))
}

async function describe(listed: ListedResource, signal: AbortSignal) {
  const info = await statOrName(listed, signal)
  return info && describeResource(info, listed.provider)
}

/**
 * Returns the metadata of a listed resource, only its name if it cannot be accessed, or undefined if it
 * no longer exists.
 */
async function statOrName({ provider, name }: ListedResource, signal: AbortSignal) {
  try {
    return await provider.stat(name.uri, { signal })
  } catch (thrown) {
    signal.throwIfAborted()
    if (McpError.is(thrown) && thrown.code !== 'internal') return name
    throw thrown
  }
}
