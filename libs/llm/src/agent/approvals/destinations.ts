import type { AgentRequest } from '../tools/agent-tool.ts'

/**
 * Returns the hosts of all URLs in a request, each once. A URL is a complete string. The hosts are in
 * the form of `URL.host`, so that capital letters, user names and default ports do not hide a host.
 */
export function destinationsOf({ payload }: AgentRequest): string[] {
  const hosts = new Set<string>()
  collect(payload, hosts)
  return [...hosts]
}

function collect(value: unknown, hosts: Set<string>): void {
  if (typeof value === 'string') {
    const host = hostOf(value)
    if (host !== undefined) hosts.add(host)
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collect(inner, hosts)
  }
}

function hostOf(text: string): string | undefined {
  // The parser decides, because it ignores control characters that a check of the scheme does not.
  return URL.parse(text)?.host || undefined
}
