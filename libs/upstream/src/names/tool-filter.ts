import { matchesPattern } from '@mcp/protocol'

import type { UpstreamOptions } from '../entry/upstream-options.ts'

/**
 * Creates the function that returns whether the lists `allow` and `deny` permit a tool. In a pattern, `*`
 * matches any characters and `?` one character.
 *
 * @example
 * createToolFilter({ allow: ['get_*'], deny: ['get_secret'] })('get_issue') // true
 */
export function createToolFilter({
  allow,
  deny,
}: Pick<UpstreamOptions, 'allow' | 'deny'>): (toolName: string) => boolean {
  const matches = (name: string) => (pattern: string) => matchesPattern(name, pattern)
  return (name) => !deny.some(matches(name)) && (allow === undefined || allow.some(matches(name)))
}
