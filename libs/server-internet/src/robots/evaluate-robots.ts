/// <reference path="./robots-parser.d.ts" />
import { isRecord } from '@mcp/protocol'
import robotsParser from 'robots-parser'

export interface EvaluateRobotsInput {
  readonly text: string
  /** URL of the robots.txt. */
  readonly robotsUrl: string
  readonly url: string
  readonly userAgent: string
}

/** The rules of a robots.txt for one URL. */
export interface RobotsVerdict {
  readonly allowed: boolean
  /** Line of the matching rule, starting at 1; absent if no rule matches. */
  readonly line?: number
  readonly crawlDelaySeconds?: number
  readonly sitemaps: readonly string[]
}

const maxSitemaps = 100

/**
 * Evaluates a robots.txt for a URL. The time is proportional to the length of the text times the length of the
 * URL.
 */
export function evaluateRobots({
  text,
  robotsUrl,
  url,
  userAgent,
}: EvaluateRobotsInput): RobotsVerdict {
  const robots = robotsParser(robotsUrl, text.replace(/^\uFEFF/, ''))
  const line = robots.getMatchingLineNumber(url, userAgent)
  const delay = robots.getCrawlDelay(userAgent)
  return {
    allowed: robots.isAllowed(url, userAgent) !== false,
    ...(line > 0 ? { line } : {}),
    ...(delay !== undefined && delay > 0 && Number.isFinite(delay)
      ? { crawlDelaySeconds: delay }
      : {}),
    sitemaps: robots
      .getSitemaps()
      .slice(0, maxSitemaps)
      .filter((sitemap) => sitemap.length <= 2048),
  }
}

/** Whether a result of the sandbox is a verdict. */
export function isRobotsVerdict(value: unknown): value is RobotsVerdict {
  return (
    isRecord(value) && typeof value['allowed'] === 'boolean' && Array.isArray(value['sitemaps'])
  )
}
