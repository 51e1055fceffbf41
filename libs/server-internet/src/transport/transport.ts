import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Readable } from 'node:stream'
import { getCACertificates } from 'node:tls'

import { abortable } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'
import type { Dispatcher } from 'undici'
import { Agent, buildConnector, Pool, ProxyAgent } from 'undici'

import type { AllowedHosts } from './allowed-hosts.ts'
import { failedRequest } from './failed-request.ts'
import { createGuardedConnector } from './guarded-connector.ts'
import type { Resolve } from './host-guard.ts'
import { createHostGuard, endpointOf } from './host-guard.ts'
import type { ProxyOptions } from './proxy-rules.ts'
import { proxyFor } from './proxy-rules.ts'
import { traceExchange } from './trace-exchange.ts'

export interface TransportOptions {
  readonly allowed: AllowedHosts
  /** Resolves host names. Default: the resolver of the operating system. */
  readonly resolve?: Resolve | undefined
  readonly proxy?: ProxyOptions | undefined
  /** PEM file of additional trusted certificates. Default: none. */
  readonly caFile?: string | undefined
  /** Maximum time of one attempt to open a connection, in milliseconds. Default: 10 seconds. */
  readonly connectTimeoutMs?: number | undefined
}

export interface TransportRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

/** Header values by lower-case name. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>

export interface TransportResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  /** The encoded body. The caller must read it to its end or destroy it. */
  readonly body: Readable
}

/**
 * Sends single requests to public or allowed hosts. Does not follow redirects and does not decode
 * bodies.
 */
export interface Transport {
  /** Sends a request. Rejects with an `McpError` if there is no response. */
  send(request: TransportRequest): Promise<TransportResponse>
  /**
   * Checks a URL without sending a request.
   *
   * @throws McpError `forbidden`, reason `ssrf-blocked`.
   */
  checkUrl(url: URL): void
  /** Aborts the requests in flight and closes the connections. */
  close(): Promise<void>
}

const common = {
  allowH2: false,
  connections: 16,
  pipelining: 1,
  // Some sites send large policy and reporting headers, which exceed undici's default.
  maxHeaderSize: 64 * 1024,
  // These timeouts are disabled, because the caller's signal limits all phases of a request.
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
    // `undici` opens tunnels without the caller's signal, so they need a separate timeout.
    const clientFactory = (proxyUrl: URL, opened: object) =>
      new Pool(proxyUrl, { ...opened, headersTimeout: tls.timeout })
    return new ProxyAgent({ ...common, uri, clientFactory, proxyTls: tls, requestTls: tls })
  }

  function dispatcherAt(uri: string | undefined): Promise<Dispatcher> {
    const found = dispatchers.get(uri)
    if (found !== undefined) return found
    const created = createDispatcher(uri)
    dispatchers.set(uri, created)
    // A failure is not cached, because the certificate file may be readable at the next request.
    created.catch(() => dispatchers.delete(uri))
    return created
  }

  /**
   * Checks the addresses of a host that is reached through a proxy. The connector cannot check them,
   * because it connects only to the proxy. A name that this machine cannot resolve is refused unless
   * the option `resolves` is true.
   */
  async function checkBehindProxy(url: URL): Promise<void> {
    try {
      await guard.addressesOf(endpointOf(url))
    } catch (thrown) {
      if (McpError.is(thrown) || proxy.resolves !== true) throw thrown
    }
  }

  async function send(request: TransportRequest): Promise<TransportResponse> {
    const { url, method, headers, body = null, signal } = request
    signal.throwIfAborted()
    const uri = proxyFor(url, proxy)
    if (uri !== undefined) await abortable(checkBehindProxy(url), signal)
    const dispatcher = await dispatcherAt(uri)
    const path = `${url.pathname}${url.search}`
    const { origin } = url
    // `abortable` is needed because `undici` ignores the signal while it is connecting.
    const response = await abortable(
      dispatcher.request({ origin, path, method, headers, body, signal }),
      signal,
    )
    return { status: response.statusCode, headers: response.headers, body: response.body }
  }

  return {
    checkUrl: (url) => guard.checkUrl(url),
    async send(request) {
      guard.checkUrl(request.url)
      try {
        return await traceExchange(request, () => send(request))
      } catch (thrown) {
        throw failedRequest(thrown, request)
      }
    },
    async close() {
      const created = await Promise.allSettled(dispatchers.values())
      dispatchers.clear()
      for (const result of created) {
        if (result.status === 'fulfilled') await result.value.destroy()
      }
    },
  }
}

/** Resolves a host name by the resolver of the operating system. */
export async function resolveByLookup(hostname: string): Promise<readonly string[]> {
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
      'The file of INTERNET_CA_FILE cannot be read. Set it to a file of PEM certificates.',
      { retryable: false, cause },
    )
  }
}
