import { abortable } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'
import type { Sandbox } from '@mcp/sandbox'

import type { CacheLimits } from '../cache/bounded-cache.ts'
import type { ClearableCache } from '../cache/expiring-cache.ts'
import { createExpiringCache } from '../cache/expiring-cache.ts'
import type { Exchange, ExchangeRequest } from '../http/exchange.ts'
import { followRedirects } from '../http/follow-redirects.ts'

import type { RobotsVerdict } from './evaluate-robots.ts'
import { evaluateRobots, isRobotsVerdict } from './evaluate-robots.ts'

/** Whether a robot may fetch a URL, and the reason. */
export interface RobotsDecision extends RobotsVerdict {
  readonly reason:
    | 'allowed-by-rule'
    | 'disallowed-by-rule'
    | 'no-robots-file'
    | 'robots-unavailable'
  readonly robotsUrl: string
}

export interface RobotsQuery {
  readonly url: URL
  /** User agent of the robot. Default: the user agent of this server. */
  readonly userAgent?: string | undefined
  readonly signal: AbortSignal
  readonly callerKey: string
}

/** Fetches, caches and evaluates the robots.txt of sites. */
export interface Robots extends ClearableCache {
  decide(query: RobotsQuery): Promise<RobotsDecision>
  /**
   * Rejects if the site disallows the URL.
   *
   * @throws McpError `forbidden`, reason `robots-disallowed`.
   */
  check(query: RobotsQuery): Promise<void>
}

interface RobotsFile {
  /** Content of the file. Undefined if the file does not exist or could not be read. */
  readonly text: string | undefined
  readonly isAvailable: boolean
}

const unavailable: RobotsFile = { text: undefined, isAvailable: false }

// RFC 9309 requires crawlers to read at least this size. The rest of a larger file is not read.
const maxBytes = 512 * 1024
const fileTtlMs = 60 * 60 * 1000
// After a server error, the file is requested again soon.
const unavailableTtlMs = 60_000
const fetchTimeoutMs = 10_000
// Maximum lengths of a robots.txt and a URL that are evaluated in this process. Longer inputs are evaluated in
// the sandbox. The time is proportional to the length of the text times the length of the URL, or to the number
// of agents times the number of rules. Within these limits, it is a few milliseconds.
const maxInlineText = 2_048
const maxInlineUrl = 1_024
const evaluateTimeoutMs = 2_000

export interface RobotsParts {
  readonly exchange: (request: ExchangeRequest) => Promise<Exchange>
  readonly sandbox: Sandbox
  /** User agent of the requests for robots.txt, and the default robot. */
  readonly userAgent: string
}

/** Creates the robots.txt cache. */
export function createRobots(limits: CacheLimits, parts: RobotsParts): Robots {
  const { exchange, sandbox, userAgent } = parts
  const files = createExpiringCache<RobotsFile>(limits)
  const pending = new Map<string, Promise<RobotsFile>>()

  async function fetchFile(url: URL): Promise<RobotsFile> {
    let requested = url
    const trackedExchange = (request: ExchangeRequest): Promise<Exchange> => {
      requested = request.url
      return exchange(request)
    }
    try {
      const signal = AbortSignal.timeout(fetchTimeoutMs)
      const headers = { accept: 'text/plain, */*;q=0.1', 'user-agent': userAgent }
      const request = { url, method: 'GET', headers, maxBytes: maxBytes, signal }
      const { response } = await followRedirects(request, trackedExchange)
      if (response.status >= 500 || response.incomplete) return unavailable
      const text = response.status < 300 ? new TextDecoder().decode(response.bytes) : undefined
      return { text, isAvailable: true }
    } catch (thrown) {
      // If another host to which the site redirects fails or is blocked, the page may still be available.
      if (isSiteFailure(thrown) || requested.host !== url.host) return unavailable
      // Other errors, such as a blocked or unknown host, concern the site and not its robots.txt.
      throw thrown
    }
  }

  async function refresh(url: URL): Promise<RobotsFile> {
    try {
      const file = await fetchFile(url)
      const { origin } = url
      const bytes = (file.text?.length ?? 0) + 256
      const ttlMs = file.isAvailable ? fileTtlMs : unavailableTtlMs
      files.set(origin, file, { origin, caller: undefined, bytes, ttlMs })
      return file
    } finally {
      pending.delete(url.origin)
    }
  }

  async function fileOf(url: URL): Promise<RobotsFile> {
    const cached = files.get(url.origin)
    if (cached !== undefined) return cached
    const request = pending.get(url.origin) ?? refresh(url)
    pending.set(url.origin, request)
    return request
  }

  async function evaluate(text: string, robotsUrl: string, query: RobotsQuery) {
    const robot = query.userAgent ?? userAgent
    const input = { text, robotsUrl, url: query.url.href, userAgent: robot }
    if (text.length <= maxInlineText && input.url.length <= maxInlineUrl)
      return evaluateRobots(input)
    const verdict = await sandbox.run('evaluateRobots', input, {
      signal: query.signal,
      callerKey: query.callerKey,
      timeoutMs: evaluateTimeoutMs,
    })
    if (!isRobotsVerdict(verdict)) throw McpError.internal(verdict)
    return verdict
  }

  async function decide(query: RobotsQuery): Promise<RobotsDecision> {
    const { url, signal } = query
    const robotsUrl = robotsUrlOf(url)
    const file = await abortable(fileOf(robotsUrl), signal)
    const base = { robotsUrl: robotsUrl.href, sitemaps: [] }
    if (!file.isAvailable) return { ...base, allowed: false, reason: 'robots-unavailable' }
    if (file.text === undefined) return { ...base, allowed: true, reason: 'no-robots-file' }
    try {
      const verdict = await evaluate(file.text, robotsUrl.href, query)
      const reason = verdict.allowed ? 'allowed-by-rule' : 'disallowed-by-rule'
      return { ...base, ...verdict, reason }
    } catch (thrown) {
      if (signal.aborted || !exceedsLimits(thrown)) throw thrown
      return { ...base, allowed: false, reason: 'robots-unavailable' }
    }
  }

  return {
    decide,
    async check(query) {
      const { url } = query
      // The robots.txt itself may always be fetched.
      if (url.pathname === '/robots.txt') return
      const { allowed, reason, line } = await decide(query)
      if (allowed) return
      const why =
        reason === 'robots-unavailable'
          ? 'could not be read, so the URL is disallowed; retry in a minute'
          : `disallows this URL (line ${line ?? 'unknown'})`
      throw new McpError('forbidden', `The robots.txt of ${url.host} ${why}.`, {
        details: { reason: 'robots-disallowed', robots: reason },
        retryable: reason === 'robots-unavailable',
      })
    },
    clear: (filter) => files.clear(filter),
    stats: () => files.stats(),
  }
}

/**
 * Returns the URL of the site's robots.txt. For some URLs, such as `mailto:` URLs, there is none. Such URLs
 * are returned unchanged, because the host guard rejects them.
 */
function robotsUrlOf(url: URL): URL {
  return URL.parse('/robots.txt', url) ?? url
}

/**
 * Whether robots.txt counts as unavailable after this error. If the host is unknown, TLS failed or the
 * connection was refused, the requested URL cannot be fetched either. The caller then receives this
 * error instead.
 */
function isSiteFailure(thrown: unknown): boolean {
  if (!McpError.is(thrown)) return false
  if (thrown.code === 'timeout') return true
  const reason = thrown.details?.['reason']
  return (
    thrown.code === 'upstream-error' &&
    reason !== 'dns-not-found' &&
    reason !== 'tls' &&
    !isRefused(thrown)
  )
}

function isRefused({ cause }: McpError): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}

/** Whether the evaluation of the robots.txt exceeded the limits of the sandbox. */
function exceedsLimits(thrown: unknown): boolean {
  return (
    McpError.is(thrown) &&
    (thrown.code === 'timeout' || thrown.details?.['reason'] === 'memory-limit')
  )
}
