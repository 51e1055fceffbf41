import { McpError } from '@mcp/protocol'
import type { Sandbox } from '@mcp/sandbox'

import type { CacheLimits } from '../cache/bounded-cache.ts'
import type { ClearableCache } from '../cache/expiring-cache.ts'
import { createExpiringCache } from '../cache/expiring-cache.ts'
import type { Exchange, ExchangeRequest } from '../http/exchange.ts'
import { followRedirects } from '../http/follow-redirects.ts'
import { untilAborted } from '../transport/until-aborted.ts'
import type { RobotsVerdict } from './evaluate-robots.ts'
import { evaluateRobots, isRobotsVerdict } from './evaluate-robots.ts'

/** What a robots.txt lets a robot do with one address. */
export interface RobotsAnswer extends RobotsVerdict {
  readonly reason:
    | 'allowed-by-rule'
    | 'disallowed-by-rule'
    | 'no-robots-file'
    | 'robots-unavailable'
  readonly robotsUrl: string
}

export interface RobotsQuery {
  readonly url: URL
  /** The robot that wants to know. Default: this server. */
  readonly userAgent?: string | undefined
  readonly signal: AbortSignal
}

/** Knows what the robots.txt of each site says. */
export interface Robots extends ClearableCache {
  ask(query: RobotsQuery): Promise<RobotsAnswer>
  /**
   * Refuses what the site does not want to be fetched.
   *
   * @throws McpError `forbidden`, reason `robots-disallowed`.
   */
  check(query: RobotsQuery): Promise<void>
}

interface RobotsFile {
  /** None where there is no such file, or it could not be read. */
  readonly text: string | undefined
  readonly isAvailable: boolean
}

const unavailable: RobotsFile = { text: undefined, isAvailable: false }

// As much as RFC 9309 asks for; what follows is not read.
const mostBytes = 512 * 1024
const keptMs = 60 * 60 * 1000
// A site in trouble is asked again soon.
const keptUnavailableMs = 60_000
const fetchTimeoutMs = 10_000
// The cost is the product of both, or of the agents and rules in the text; this much takes a few
// milliseconds at most.
const smallText = 2_048
const smallUrl = 1_024
const evaluateTimeoutMs = 2_000

export interface RobotsParts {
  readonly exchange: (request: ExchangeRequest) => Promise<Exchange>
  readonly sandbox: Sandbox
  /** By which name the files are asked for, whichever robot wants to know. */
  readonly userAgent: string
}

export function createRobots(limits: CacheLimits, parts: RobotsParts): Robots {
  const { exchange, sandbox, userAgent } = parts
  const files = createExpiringCache<RobotsFile>(limits)
  const underWay = new Map<string, Promise<RobotsFile>>()

  async function fetchFile(url: URL): Promise<RobotsFile> {
    try {
      const signal = AbortSignal.timeout(fetchTimeoutMs)
      const headers = { accept: 'text/plain, */*;q=0.1', 'user-agent': userAgent }
      const request = { url, method: 'GET', headers, maxBytes: mostBytes, signal }
      const { answer } = await followRedirects(request, exchange)
      if (answer.status >= 500) return unavailable
      const text = answer.status < 300 ? new TextDecoder().decode(answer.bytes) : undefined
      return { text, isAvailable: true }
    } catch (thrown) {
      // Where nothing of the site can be reached, that is for the caller to hear.
      if (isTrouble(thrown)) return unavailable
      throw thrown
    }
  }

  async function refresh(url: URL): Promise<RobotsFile> {
    try {
      const file = await fetchFile(url)
      const { origin } = url
      const bytes = (file.text?.length ?? 0) + 256
      const forMs = file.isAvailable ? keptMs : keptUnavailableMs
      files.set(origin, file, { origin, caller: undefined, bytes, forMs })
      return file
    } finally {
      underWay.delete(url.origin)
    }
  }

  async function fileOf(url: URL): Promise<RobotsFile> {
    const kept = files.get(url.origin)
    if (kept !== undefined) return kept
    const asking = underWay.get(url.origin) ?? refresh(url)
    underWay.set(url.origin, asking)
    return asking
  }

  async function evaluate(text: string, robotsUrl: string, query: RobotsQuery) {
    const robot = query.userAgent ?? userAgent
    const question = { text, robotsUrl, url: query.url.href, userAgent: robot }
    if (text.length <= smallText && question.url.length <= smallUrl) return evaluateRobots(question)
    const verdict = await sandbox.run('evaluateRobots', question, {
      signal: query.signal,
      timeoutMs: evaluateTimeoutMs,
    })
    if (!isRobotsVerdict(verdict)) throw McpError.internal(verdict)
    return verdict
  }

  async function ask(query: RobotsQuery): Promise<RobotsAnswer> {
    const { url, signal } = query
    const robotsUrl = robotsUrlOf(url)
    const file = await untilAborted(fileOf(robotsUrl), signal)
    const place = { robotsUrl: robotsUrl.href, sitemaps: [] }
    if (!file.isAvailable) return { ...place, allowed: false, reason: 'robots-unavailable' }
    if (file.text === undefined) return { ...place, allowed: true, reason: 'no-robots-file' }
    try {
      const verdict = await evaluate(file.text, robotsUrl.href, query)
      const reason = verdict.allowed ? 'allowed-by-rule' : 'disallowed-by-rule'
      return { ...place, ...verdict, reason }
    } catch (thrown) {
      if (signal.aborted || !isHopeless(thrown)) throw thrown
      return { ...place, allowed: false, reason: 'robots-unavailable' }
    }
  }

  return {
    ask,
    async check(query) {
      const { url } = query
      // The file that says what may be read is always read.
      if (url.pathname === '/robots.txt') return
      const { allowed, reason, line } = await ask(query)
      if (allowed) return
      const why =
        reason === 'robots-unavailable'
          ? 'could not be read, which counts as a no; try again in a minute'
          : `does not allow it (line ${line ?? 'unknown'})`
      throw new McpError('forbidden', `The robots.txt of ${url.host} ${why}.`, {
        details: { reason: 'robots-disallowed', robots: reason },
        retryable: reason === 'robots-unavailable',
      })
    },
    clear: (forgetting) => files.clear(forgetting),
    stats: () => files.stats(),
  }
}

/** Of an address that is not of the web it is one that is not either, which the guard refuses. */
function robotsUrlOf(url: URL): URL {
  return URL.parse('/robots.txt', url) ?? url
}

/** Whether a site is there and has trouble, as opposed to one that cannot be reached at all. */
function isTrouble(thrown: unknown): boolean {
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

/** Whether a text was made so that reading it never ends. */
function isHopeless(thrown: unknown): boolean {
  return (
    McpError.is(thrown) &&
    (thrown.code === 'timeout' || thrown.details?.['reason'] === 'memory-limit')
  )
}
