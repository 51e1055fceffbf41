import { McpError } from '@mcp/protocol'

import { loadMediaTypes } from '../media-type.ts'
import type {
  OpenOptions,
  ResourceInfo,
  ResourceName,
  ResourceProvider,
} from '../resource-provider.ts'
import type { FetchFunction } from './http-client.ts'
import { createHttpClient, clientOf } from './http-client.ts'
import { parseAllowedUrls } from './allowed-urls.ts'
import type { HttpResourceResponse } from './request-http-resource.ts'
import { requestHttpResource } from './request-http-resource.ts'

export interface HttpResourcesOptions {
  /**
   * URLs that are resources. A URL with a trailing slash allows every URL below it. A URL without one
   * allows only itself. URLs that are not allowed are never requested, even after a redirect.
   */
  readonly urls: readonly string[]
  /** Function that sends the requests. Default: undici's `fetch` with the proxies of the environment. */
  readonly fetch?: FetchFunction | undefined
  /** Timeout of a read, including redirects and the body, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
  /** Maximum number of bytes to read from one response. Default: 32 MiB. */
  readonly maxBytes?: number | undefined
}

/**
 * Creates a provider of HTTP resources. They are read-only. Clients cannot subscribe to them, because
 * HTTP does not report changes.
 *
 * @throws McpError `invalid-params` for an invalid URL.
 *
 * @example
 * resourcesServer({ providers: [httpResources({ urls: ['https://example.org/docs/'] })] })
 */
export function httpResources(options: HttpResourcesOptions): ResourceProvider {
  const { urls, timeoutMs = 30_000, maxBytes = 32 * 1024 * 1024 } = options
  const allowed = parseAllowedUrls(urls)
  const allows = (href: string): boolean => allowed.allows(href)
  const client = options.fetch === undefined ? createHttpClient() : clientOf(options.fetch)

  const request = (uri: string, method: 'GET' | 'HEAD', signal: AbortSignal, headers = {}) =>
    requestHttpResource({ client, allows, uri, method, headers, signal, timeoutMs })

  return {
    label: 'the HTTP resources',
    prefixes: allowed.all,
    canonicalize(uri) {
      if (allows(uri)) return uri
      throw new McpError(
        'forbidden',
        `${uri.slice(0, 200)} is not a URL that this server may read.`,
        { details: { reason: 'outside-prefix' } },
      )
    },
    async *list({ after = '' }) {
      for (const uri of allowed.exact.toSorted()) if (uri > after) yield await nameOf(uri)
    },
    async stat(uri, { signal }) {
      const head = await request(uri, 'HEAD', signal)
      // If a server does not support HEAD, GET is sent and the body of its response is not read.
      const isUnsupported = head?.status === 405 || head?.status === 501
      const response = isUnsupported ? await request(uri, 'GET', signal) : head
      if (response === undefined) return undefined
      if (isUnsupported) await response.cancel()
      return infoOf(uri, response)
    },
    async open(uri, { start, end, ifNoneMatch, signal }) {
      const response = await request(uri, 'GET', signal, {
        ...(start > 0 || end !== undefined ? { range: rangeHeader(start, end) } : {}),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      })
      if (response === undefined) return undefined
      const info = await infoOf(uri, response)
      const isUnmodified = ifNoneMatch !== undefined && info.etag === ifNoneMatch
      if (response.status === 304 || isUnmodified) {
        await response.cancel()
        return { info: { ...info, etag: info.etag ?? ifNoneMatch, size: undefined } }
      }
      return { info, body: readBody(response, { start, end, signal }, uri, maxBytes) }
    },
    templates: allowed.prefixes.map((prefix) => ({
      uriTemplate: `${prefix}{+path}`,
      name: new URL(prefix).host,
      description: 'A resource by its path below this URL.',
    })),
    close: () => client.close(),
  }
}

async function nameOf(uri: string, mimeType?: string): Promise<ResourceName> {
  const { pathname, host } = new URL(uri)
  const name = pathname.slice(pathname.lastIndexOf('/') + 1)
  const typeOf = await loadMediaTypes()
  return { uri, name: name === '' ? host : name, mimeType: mimeType ?? typeOf(pathname) }
}

async function infoOf(
  uri: string,
  { status, headers }: HttpResourceResponse,
): Promise<ResourceInfo> {
  const modified = Date.parse(headers.get('last-modified') ?? '')
  return {
    ...(await nameOf(uri, headers.get('content-type') ?? undefined)),
    size: sizeOf(status, headers),
    etag: headers.get('etag') ?? undefined,
    modifiedAt: Number.isNaN(modified) ? undefined : new Date(modified).toISOString(),
  }
}

function sizeOf(status: number, headers: HttpResourceResponse['headers']): number | undefined {
  const isPart = status === 206 || status === 416
  // For a compressed body, content-length is the number of compressed bytes.
  if (!isPart && headers.get('content-encoding') !== null) return undefined
  const text = isPart
    ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
    : headers.get('content-length')
  return text === null || text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text)
}

const rangeHeader = (start: number, end: number | undefined): string =>
  `bytes=${start}-${end === undefined ? '' : Math.max(end - 1, start)}`

/** Yields the bytes from `start` to `end`. The response may contain this range or the whole resource. */
async function* readBody(
  response: HttpResourceResponse,
  { start, end = Infinity, signal }: OpenOptions,
  uri: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  try {
    // Status 416 means that the range starts after the last byte of the resource.
    if (response.status === 416) return
    const first = /^bytes (\d+)-/.exec(contentRange(response))?.[1]
    let position = response.status === 206 ? Number(first ?? start) : 0
    let total = 0
    for await (const chunk of response.body()) {
      signal.throwIfAborted()
      total += chunk.length
      const from = Math.min(Math.max(start - position, 0), chunk.length)
      const to = Math.min(end - position, chunk.length)
      position += chunk.length
      if (to > from) yield chunk.subarray(from, to)
      if (position >= end) return
      if (total > maxBytes) throw tooLarge(uri, maxBytes)
    }
  } finally {
    await response.cancel()
  }
}

const contentRange = ({ headers }: HttpResourceResponse): string =>
  headers.get('content-range') ?? ''

function tooLarge(uri: string, maxBytes: number): McpError {
  return new McpError(
    'payload-too-large',
    `${uri.slice(0, 200)} is larger than the limit of ${maxBytes} bytes.`,
    { details: { maxBytes } },
  )
}
