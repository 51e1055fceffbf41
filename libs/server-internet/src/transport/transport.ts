import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Readable } from 'node:stream'
import { getCACertificates } from 'node:tls'

import { McpError } from '@mcp/protocol'
import type { Dispatcher } from 'undici'
import { Agent, buildConnector, Pool, ProxyAgent } from 'undici'

import type { AllowedHosts } from './allowed-hosts.ts'
import { failedRequest } from './failed-request.ts'
import { createGuardedConnector } from './guarded-connector.ts'
import type { Resolve } from './host-guard.ts'
import { createHostGuard, placeOf } from './host-guard.ts'
import type { ProxyOptions } from './proxy-rules.ts'
import { proxyFor } from './proxy-rules.ts'
import { untilAborted } from './until-aborted.ts'

export interface TransportOptions {
  readonly allowed: AllowedHosts
  /** Default: the operating system's. */
  readonly resolve?: Resolve | undefined
  readonly proxy?: ProxyOptions | undefined
  /** A file of PEM certificates to trust besides the usual ones. Default: none. */
  readonly caFile?: string | undefined
  /** Default: 10 seconds. */
  readonly connectTimeoutMs?: number | undefined
}

export interface TransportRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

/** Header values by their names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>

export interface TransportResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  /** As it came over the wire. Whoever has it reads it to its end or destroys it. */
  readonly body: Readable
}

/** Sends single requests to where the guard lets it. It neither follows redirects nor decodes. */
export interface Transport {
  /** @throws McpError for whatever keeps it from an answer. */
  send(request: TransportRequest): Promise<TransportResponse>
  /**
   * Judges an address before anything is sent.
   *
   * @throws McpError `forbidden`, reason `ssrf-blocked`.
   */
  checkUrl(url: URL): void
  /** Breaks off what is under way. */
  close(): Promise<void>
}

const common = {
  allowH2: false,
  connections: 16,
  pipelining: 1,
  // Policies and reports fill more of it than undici grants.
  maxHeaderSize: 64 * 1024,
  // The caller's signal ends what takes too long, whichever part of it does.
  headersTimeout: 0,
  bodyTimeout: 0,
}

export function createTransport(options: TransportOptions): Transport {
  const { allowed, resolve = resolveByLookup, proxy = {} } = options
  const guard = createHostGuard(allowed, resolve)
  const dispatchers = new Map<string | undefined, Promise<Dispatcher>>()

  async function createDispatcher(uri: string | undefined): Promise<Dispatcher> {
    const tls = await tlsOptions(options)
    if (uri === undefined) {
      return new Agent({ ...common, connect: createGuardedConnector(guard, buildConnector(tls)) })
    }
    // Tunnels are asked for without the caller's signal, so each has a time of its own.
    const clientFactory = (proxyUrl: URL, opened: object) =>
      new Pool(proxyUrl, { ...opened, headersTimeout: tls.timeout })
    return new ProxyAgent({ ...common, uri, clientFactory, proxyTls: tls, requestTls: tls })
  }

  function dispatcherAt(uri: string | undefined): Promise<Dispatcher> {
    const found = dispatchers.get(uri)
    if (found !== undefined) return found
    const created = createDispatcher(uri)
    dispatchers.set(uri, created)
    // A certificate file that cannot be read may be there the next time.
    created.catch(() => dispatchers.delete(uri))
    return created
  }

  /** The proxy connects, so what the connector does otherwise is done here as far as it can be. */
  async function checkBehindProxy(url: URL): Promise<void> {
    try {
      await guard.addressesOf(placeOf(url))
    } catch (thrown) {
      if (McpError.is(thrown) || proxy.resolves !== true) throw thrown
    }
  }

  async function send(request: TransportRequest): Promise<TransportResponse> {
    const { url, method, headers, body = null, signal } = request
    signal.throwIfAborted()
    const uri = proxyFor(url, proxy)
    if (uri !== undefined) await untilAborted(checkBehindProxy(url), signal)
    const dispatcher = await dispatcherAt(uri)
    const path = `${url.pathname}${url.search}`
    const { origin } = url
    // As long as there is no connection, the library does not heed the signal.
    const answer = await untilAborted(
      dispatcher.request({ origin, path, method, headers, body, signal }),
      signal,
    )
    return { status: answer.statusCode, headers: answer.headers, body: answer.body }
  }

  return {
    checkUrl: (url) => guard.checkUrl(url),
    async send(request) {
      guard.checkUrl(request.url)
      try {
        return await send(request)
      } catch (thrown) {
        throw failedRequest(thrown, request)
      }
    },
    async close() {
      const created = await Promise.allSettled(dispatchers.values())
      dispatchers.clear()
      for (const made of created) if (made.status === 'fulfilled') await made.value.destroy()
    },
  }
}

async function resolveByLookup(hostname: string): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) return [hostname]
  const found = await lookup(hostname, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}

async function tlsOptions({ caFile, connectTimeoutMs = 10_000 }: TransportOptions) {
  const timeout = connectTimeoutMs
  if (caFile === undefined) return { timeout, allowH2: false }
  try {
    const ca = [...getCACertificates('default'), await readFile(caFile, 'utf8')]
    return { timeout, allowH2: false, ca }
  } catch (cause) {
    throw new McpError(
      'unavailable',
      'The file of INTERNET_CA_FILE cannot be read: name one that holds PEM certificates.',
      { retryable: false, cause },
    )
  }
}
