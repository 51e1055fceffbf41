import { Buffer } from 'node:buffer'

import { McpError } from '@mcp/protocol'
import type { resources } from '@mcp/contracts/resources'
import type { Handlers } from '@mcp/server'
import { invalidParam } from '@mcp/server'

import type { ProviderRegistry, ResolvedResource } from '../providers/provider-registry.ts'
import { entryOf } from '../providers/resource-entry.ts'
import type {
  ResourceChange,
  ResourceProvider,
  WriteRequest,
} from '../providers/resource-provider.ts'

type ChangeHandlers = Pick<Handlers<typeof resources>, 'create' | 'update' | 'delete'>

/** Creating, changing and deleting, each of which is announced as soon as it is done. */
export function createChangeHandlers(
  registry: ProviderRegistry,
  announce: (change: ResourceChange) => void,
): ChangeHandlers {
  async function write({ uri, provider }: ResolvedResource, request: WriteRequest) {
    if (provider.write === undefined) throw readOnly(uri, provider)
    const info = await provider.write(uri, request)
    const change = request.mode === 'create' ? 'created' : 'updated'
    announce({ uri, change, etag: info.etag })
    return entryOf(info, provider)
  }

  return {
    create({ resource, content, encoding, mimeType }, { signal }) {
      const bytes = readContent(content, encoding)
      return write(registry.resolve(resource), { bytes, mimeType, mode: 'create', signal })
    },
    update({ resource, content, encoding, ifMatch }, { signal }) {
      const bytes = readContent(content, encoding)
      return write(registry.resolve(resource), { bytes, mode: 'update', ifMatch, signal })
    },
    async delete({ resource, ifMatch }, { signal }) {
      const { uri, provider } = registry.resolve(resource)
      if (provider.remove === undefined) throw readOnly(uri, provider)
      await provider.remove(uri, { ifMatch, signal })
      announce({ uri, change: 'deleted' })
      return { uri }
    },
  }
}

function readContent(content: string, encoding: 'utf-8' | 'base64'): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(content)
  const bytes = Buffer.from(content, 'base64')
  // The platform skips what is no base64; a caller would find out much later.
  const canonical = content.replaceAll(/[\r\n]/g, '').replace(/=+$/, '')
  if (bytes.toString('base64').replace(/=+$/, '') === canonical) return bytes
  throw invalidParam('content', 'the content is not base64')
}

function readOnly(uri: string, { label }: ResourceProvider): McpError {
  return new McpError(
    'forbidden',
    `${uri.slice(0, 200)} cannot be changed: ${label} can only be read.`,
    {
      details: { reason: 'read-only' },
    },
  )
}
