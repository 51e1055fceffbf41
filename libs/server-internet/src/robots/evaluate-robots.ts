/// <reference path="./robots-parser.d.ts" />
import { isRecord } from '@mcp/protocol'
import robotsParser from 'robots-parser'

export interface RobotsQuestion {
  readonly text: string
  /** Where the text is from. */
  readonly robotsUrl: string
  readonly url: string
  readonly userAgent: string
}

/** What a robots.txt says of one address. */
export interface RobotsVerdict {
  readonly allowed: boolean
  /** The line of the rule that decided, from 1 on; none where no rule concerns the address. */
  readonly line?: number
  readonly crawlDelaySeconds?: number
  readonly sitemaps: readonly string[]
}

const mostSitemaps = 100

/** Reads a robots.txt and asks it. It may take as long as the text times the address is large. */
export function evaluateRobots({ text, robotsUrl, url, userAgent }: RobotsQuestion): RobotsVerdict {
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
      .slice(0, mostSitemaps)
      .filter((sitemap) => sitemap.length <= 2048),
  }
}

/** Whether a value from a worker is a verdict. */
export function isRobotsVerdict(value: unknown): value is RobotsVerdict {
  return (
    isRecord(value) && typeof value['allowed'] === 'boolean' && Array.isArray(value['sitemaps'])
  )
}
