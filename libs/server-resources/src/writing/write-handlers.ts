import { Buffer } from 'node:buffer'

import type { resources } from '@mcp/contracts/resources'
import { McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import { invalidParam } from '@mcp/server'

import { describeResource } from '../providers/describe-resource.ts'
import type { ProviderRegistry, ResolvedResource } from '../providers/provider-registry.ts'
import type {
  ResourceChange,
  ResourceProvider,
  WriteRequest,
} from '../providers/resource-provider.ts'

type WriteHandlers = Pick<Handlers<typeof resources>, 'create' | 'update' | 'delete'>

/**
 * Creates the handlers that create, update and delete resources. They publish each change immediately.
 */
export function createWriteHandlers(
  registry: ProviderRegistry,
  publish: (change: ResourceChange) => void,
): WriteHandlers {
  async function write({ uri, provider }: ResolvedResource, request: WriteRequest) {
    if (provider.write === undefined) throw readOnly(uri, provider)
    const info = await provider.write(uri, request)
    const change = request.mode === 'create' ? 'created' : 'updated'
    publish({ uri, change, etag: info.etag })
    return describeResource(info, provider)
  }

  return {
    create({ resource, content, encoding, mimeType }, { signal }) {
      const bytes = decodeContent(content, encoding)
      return write(registry.resolve(resource), { bytes, mimeType, mode: 'create', signal })
    },
    update({ resource, content, encoding, ifMatch }, { signal }) {
      const bytes = decodeContent(content, encoding)
      return write(registry.resolve(resource), { bytes, mode: 'update', ifMatch, signal })
    },
    async delete({ resource, ifMatch }, { signal }) {
      const { uri, provider } = registry.resolve(resource)
      if (provider.remove === undefined) throw readOnly(uri, provider)
      await provider.remove(uri, { ifMatch, signal })
      publish({ uri, change: 'deleted' })
      return { uri }
    },
  }
}

function decodeContent(content: string, encoding: 'utf-8' | 'base64'): Uint8Array {
  if (encoding === 'utf-8') {
    // The encoder would replace half of a surrogate pair by another character without an error.
    if (content.isWellFormed()) return new TextEncoder().encode(content)
    throw invalidParam('content', 'the text contains half of a character (a lone surrogate)')
  }
  const bytes = Buffer.from(content, 'base64')
  // `Buffer.from` ignores invalid characters. Without this check, damaged content would be stored and
  // the caller would not receive an error.
  const canonical = content.replaceAll(/[\r\n]/g, '').replace(/=+$/, '')
  if (bytes.toString('base64').replace(/=+$/, '') === canonical) return bytes
  throw invalidParam('content', 'the content is not valid base64')
}

function readOnly(uri: string, { label }: ResourceProvider): McpError {
  return new McpError(
    'forbidden',
    `${uri.slice(0, 200)} cannot be changed: ${label} is read-only.`,
    {
      details: { reason: 'read-only' },
    },
  )
}
