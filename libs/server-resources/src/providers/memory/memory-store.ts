import { createLazy } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { formatTimestamp, McpError } from '@mcp/protocol'
import { checkMatch } from '@mcp/server'

import { loadMediaTypes } from '../media-type.ts'
import { resourceNotFound } from '../resource-not-found.ts'
import type { RemoveRequest, ResourceInfo, WriteRequest } from '../resource-provider.ts'
import { encodeSegment, nameOf } from './memory-uris.ts'

/** An initial resource. */
export interface MemoryResource {
  /** Path below the prefix, such as `notes.md`. */
  readonly path: string
  readonly content: string | Uint8Array
  /** Media type. Default: determined by the extension of the path. */
  readonly mimeType?: string | undefined
  readonly description?: string | undefined
}

/** A resource with its content. */
export interface StoredResource {
  readonly info: ResourceInfo
  readonly bytes: Uint8Array
}

export interface MemoryStoreOptions {
  readonly prefix: string
  readonly initial: readonly MemoryResource[]
  readonly maxBytes: number
  readonly maxResources: number
  readonly clock: Clock
}

/** Resources by URI, with limits on their number and total size. */
export interface MemoryStore {
  get(uri: string): Promise<StoredResource | undefined>
  /** Lists the resources, ordered by URI. */
  list(): AsyncIterable<ResourceInfo>
  write(uri: string, request: WriteRequest): Promise<ResourceInfo>
  remove(uri: string, request: RemoveRequest): Promise<void>
}

/**
 * Creates a store. The first call of a function loads the table of media types and adds the initial
 * resources.
 */
export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  const { prefix, initial, maxBytes, maxResources, clock } = options
  let sortedUris: string[] | undefined
  let totalBytes = 0
  let version = 0

  checkInitial(options)

  async function createInitial(): Promise<Map<string, StoredResource>> {
    const typeOf = await loadMediaTypes()
    const created = new Map<string, StoredResource>()
    for (const { path, content, mimeType = typeOf(path), description } of initial) {
      const uri = prefix + path.split('/').map(encodeSegment).join('/')
      const bytes = toBytes(content)
      totalBytes += bytes.length
      created.set(uri, { bytes, info: createInfo(uri, bytes, mimeType, description) })
    }
    return created
  }

  const { get: load } = createLazy(createInitial)

  function createInfo(
    uri: string,
    bytes: Uint8Array,
    mimeType: string,
    description?: string,
  ): ResourceInfo {
    const etag = (++version).toString(36)
    const modifiedAt = formatTimestamp(clock.now())
    return { uri, name: nameOf(uri), mimeType, description, size: bytes.length, etag, modifiedAt }
  }

  return {
    async get(uri) {
      return (await load()).get(uri)
    },
    async *list() {
      const all = await load()
      sortedUris ??= [...all.keys()].toSorted()
      for (const uri of sortedUris) {
        const found = all.get(uri)
        if (found !== undefined) yield found.info
      }
    },
    async write(uri, { bytes, mimeType, mode, ifMatch }) {
      const typeOf = await loadMediaTypes()
      const all = await load()
      const current = all.get(uri)
      if (mode === 'create' && current !== undefined) throw alreadyExists(uri)
      if (mode === 'update' && current === undefined) throw resourceNotFound(uri)
      checkMatch(uri, ifMatch, current?.info.etag)
      const newTotal = totalBytes - (current?.bytes.length ?? 0) + bytes.length
      if (newTotal > maxBytes || (current === undefined && all.size >= maxResources)) {
        throw limitExceeded(maxBytes, maxResources)
      }
      const type = mimeType ?? current?.info.mimeType ?? typeOf(uri)
      const info = createInfo(uri, bytes, type, current?.info.description)
      all.set(uri, { bytes, info })
      totalBytes = newTotal
      if (current === undefined) sortedUris = undefined
      return info
    },
    async remove(uri, { ifMatch }) {
      const all = await load()
      const current = all.get(uri)
      if (current === undefined) throw resourceNotFound(uri)
      checkMatch(uri, ifMatch, current.info.etag)
      all.delete(uri)
      totalBytes -= current.bytes.length
      sortedUris = undefined
    },
  }
}

/**
 * Checks the initial resources against the limits.
 *
 * @throws McpError `payload-too-large` if they exceed a limit.
 */
function checkInitial({ initial, maxBytes, maxResources }: MemoryStoreOptions): void {
  const bytes = initial.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  if (bytes <= maxBytes && initial.length <= maxResources) return
  throw new McpError(
    'payload-too-large',
    `The ${initial.length} initial resources have ${bytes} bytes. The limits are ${maxResources} resources and ${maxBytes} bytes.`,
    { details: { maxBytes, maxResources } },
  )
}

const encoder = new TextEncoder()

/** Returns content as bytes. Text is encoded as UTF-8. */
export function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? encoder.encode(content) : content
}

function alreadyExists(uri: string): McpError {
  return new McpError('conflict', `${uri} already exists. Update it, or choose another URI.`, {
    details: { reason: 'exists' },
  })
}

function limitExceeded(maxBytes: number, maxResources: number): McpError {
  return new McpError(
    'payload-too-large',
    `The memory is limited to ${maxBytes} bytes in ${maxResources} resources. Delete some first.`,
    { details: { maxBytes, maxResources } },
  )
}
