import { McpError } from '@mcp/protocol'

import { loadMediaTypes } from '../media-type.ts'
import type {
  OpenOptions,
  ResourceInfo,
  ResourceName,
  ResourceProvider,
} from '../resource-provider.ts'
import type { FetchFunction } from './http-fetch.ts'
import { createWeb, webOf } from './http-fetch.ts'
import { readHttpPrefixes } from './http-prefixes.ts'
import type { WebAnswer } from './request-web.ts'
import { requestWeb } from './request-web.ts'

export interface HttpResourcesOptions {
  /**
   * Which addresses are resources: all below one that ends in a slash, or the one address itself. Only
   * these are asked for, whatever a redirect says.
   */
  readonly urls: readonly string[]
  /** Default: a fetch that goes through the proxies of the environment. */
  readonly fetch?: FetchFunction | undefined
  /** How long a read may take, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
  /** How much of one answer is gone through, in bytes. Default: 32 MiB. */
  readonly maxBytes?: number | undefined
}

/**
 * Web addresses as resources. They are read-only, and cannot be subscribed to, since nobody tells when
 * they change.
 *
 * @throws McpError `invalid-params` for an address that is none.
 *
 * @example
 * resourcesServer({ providers: [httpResources({ urls: ['https://example.org/docs/'] })] })
 */
export function httpResources(options: HttpResourcesOptions): ResourceProvider {
  const { urls, timeoutMs = 30_000, maxBytes = 32 * 1024 * 1024 } = options
  const prefixes = readHttpPrefixes(urls)
  const allows = (href: string): boolean => prefixes.allows(href)
  const web = options.fetch === undefined ? createWeb() : webOf(options.fetch)

  const ask = (uri: string, method: 'GET' | 'HEAD', signal: AbortSignal, headers = {}) =>
    requestWeb({ web, allows, uri, method, headers, signal, timeoutMs })

  return {
    label: 'the web addresses',
    prefixes: prefixes.all,
    canonicalize(uri) {
      if (allows(uri)) return uri
      throw new McpError(
        'forbidden',
        `${uri.slice(0, 200)} is not below an address that this server may read.`,
        { details: { reason: 'outside-prefix' } },
      )
    },
    async *list({ after = '' }) {
      for (const uri of prefixes.exact.toSorted()) if (uri > after) yield await nameOf(uri)
    },
    async stat(uri, { signal }) {
      const head = await ask(uri, 'HEAD', signal)
      // Some servers know no HEAD; the body of the answer is not waited for.
      const isRefused = head?.status === 405 || head?.status === 501
      const answer = isRefused ? await ask(uri, 'GET', signal) : head
      if (answer === undefined) return undefined
      if (isRefused) await answer.cancel()
      return infoOf(uri, answer)
    },
    async open(uri, { start, end, ifNoneMatch, signal }) {
      const answer = await ask(uri, 'GET', signal, {
        ...(start > 0 || end !== undefined ? { range: rangeHeader(start, end) } : {}),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      })
      if (answer === undefined) return undefined
      const info = await infoOf(uri, answer)
      const isKnown = ifNoneMatch !== undefined && info.etag === ifNoneMatch
      if (answer.status === 304 || isKnown) {
        await answer.cancel()
        return { info: { ...info, etag: info.etag ?? ifNoneMatch, size: undefined } }
      }
      return { info, body: readBody(answer, { start, end, signal }, uri, maxBytes) }
    },
    templates: prefixes.open.map((prefix) => ({
      uriTemplate: `${prefix}{+path}`,
      name: new URL(prefix).host,
      description: 'A page by its path below this address.',
    })),
    close: () => web.close(),
  }
}

async function nameOf(uri: string, mimeType?: string): Promise<ResourceName> {
  const { pathname, host } = new URL(uri)
  const name = pathname.slice(pathname.lastIndexOf('/') + 1)
  const typeOf = await loadMediaTypes()
  return { uri, name: name === '' ? host : name, mimeType: mimeType ?? typeOf(pathname) }
}

async function infoOf(uri: string, { status, headers }: WebAnswer): Promise<ResourceInfo> {
  const modified = Date.parse(headers.get('last-modified') ?? '')
  return {
    ...(await nameOf(uri, headers.get('content-type') ?? undefined)),
    size: sizeOf(status, headers),
    etag: headers.get('etag') ?? undefined,
    modifiedAt: Number.isNaN(modified) ? undefined : new Date(modified).toISOString(),
  }
}

function sizeOf(status: number, headers: WebAnswer['headers']): number | undefined {
  const isPart = status === 206 || status === 416
  // Of a body that is packed, the length says how long the packing is.
  if (!isPart && headers.get('content-encoding') !== null) return undefined
  const text = isPart
    ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
    : headers.get('content-length')
  return text === null || text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text)
}

const rangeHeader = (start: number, end: number | undefined): string =>
  `bytes=${start}-${end === undefined ? '' : Math.max(end - 1, start)}`

/** The bytes from `start` on, of an answer that may be the part asked for or the whole. */
async function* readBody(
  answer: WebAnswer,
  { start, end = Infinity, signal }: OpenOptions,
  uri: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  try {
    // Asked for bytes behind the last one.
    if (answer.status === 416) return
    const first = /^bytes (\d+)-/.exec(headerRange(answer))?.[1]
    let position = answer.status === 206 ? Number(first ?? start) : 0
    let total = 0
    for await (const chunk of answer.body()) {
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
    await answer.cancel()
  }
}

const headerRange = ({ headers }: WebAnswer): string => headers.get('content-range') ?? ''

function tooLarge(uri: string, maxBytes: number): McpError {
  return new McpError(
    'payload-too-large',
    `${uri.slice(0, 200)} is longer than the ${maxBytes} bytes that are read of one address.`,
    { details: { maxBytes } },
  )
}
