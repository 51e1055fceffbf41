import type { AgentRequest } from '../tools/agent-tool.ts'

/**
 * Returns the hosts of all addresses in a request, each once. An address is a complete string: a URL, a
 * host with or without a port and a path, or an email address. A string can also be a list of addresses.
 * The hosts are in the form of `URL.host`, so that capital letters, user names and default ports do not
 * hide a host.
 */
export function destinationsOf({ payload }: AgentRequest): string[] {
  const hosts = new Set<string>()
  collect(payload, hosts)
  return [...hosts]
}

function collect(value: unknown, hosts: Set<string>): void {
  if (typeof value === 'string') {
    for (const host of hostsOf(value)) hosts.add(host)
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, hosts)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      collect(name, hosts)
      collect(inner, hosts)
    }
  }
}

/** Whether a text contains an address in angle brackets, as in `Ann <ann@example.com>`. */
const bracketed = /<[^<>@\s]+@[^<>\s]+>/

/** Returns the hosts of an address, or of all addresses in a list, such as the recipients of an email. */
function hostsOf(text: string): string[] {
  // The URL parser decides. It ignores control characters, and a pattern for the scheme would not.
  const first = hostOf(text)
  if (first === undefined && !bracketed.test(text)) return []
  // A part of the path of a URL, such as the second one of `https://example.com/a,b.html`, does not count.
  const parts = URL.parse(text)?.host
    ? text.split(/[\s,;<>"]+/).filter((part) => part.includes('://'))
    : (text.includes('@') ? text : text.replaceAll(ignored, '')).split(/[\s,;<>"()?&=]+/)
  return [first, ...parts.map(hostOf)].filter((host) => host !== undefined)
}

function hostOf(text: string): string | undefined {
  return URL.parse(text)?.host || bareHostOf(text)
}

/** Characters that URL parsers ignore: line breaks and tabs, and control characters at both ends. */
// oxlint-disable-next-line no-control-regex
const ignored = /[\t\n\r]|^[\0- ]+|[\0- ]+$/g

// The last part of a name is not a number, so that 1.5 is not a host. An IPv4 address has four parts.
// Domain names may contain the ideographic and fullwidth full stops, too.
const dot = String.raw`[.\u3002\uFF0E\uFF61]`
const name = String.raw`(?:[\p{L}\p{N}_-]+${dot})+[\p{L}][\p{L}\p{N}-]+${dot}?`
const bareHost = new RegExp(
  String.raw`^(?:mailto:|[\\/]{2,})?(?:[^\s@\\/]+@)?(${name}|localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(:\d{1,5})?(?:[\\/?#,;]|$)`,
  'iu',
)

/**
 * Returns the host of an address without a scheme. Many clients accept such an address and add the scheme.
 */
function bareHostOf(text: string): string | undefined {
  const [, host, port = ''] = bareHost.exec(text.replaceAll(ignored, '')) ?? []
  return host === undefined ? undefined : URL.parse(`http://${host}${port}`)?.host
}
