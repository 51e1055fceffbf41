import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'

import { McpError } from '@mcp/protocol'

/** What the operator opens besides the public internet. */
export interface AllowedHosts {
  /** Whether the host of that name may be reached, whatever addresses it has. */
  hasName(hostname: string, port: number): boolean
  /** Whether that address may be reached, under whatever name. */
  hasAddress(address: string, port: number): boolean
  /** Whether that very port was opened there, although it is one that is otherwise blocked. */
  hasPort(hostname: string, port: number): boolean
}

interface Entry {
  readonly port: number | undefined
  readonly matches: (host: string) => boolean
  readonly isName: boolean
}

/**
 * Reads a list such as `['intranet.example', '*.corp.example:8080', '10.1.0.0/16', '[::1]:3000']`.
 *
 * @throws McpError `invalid-request` for an entry that is none of these.
 */
export function parseAllowedHosts(list: readonly string[]): AllowedHosts {
  const entries = list.map(parseEntry)

  function has(host: string, port: number, wanted: (entry: Entry) => boolean): boolean {
    return entries.some(
      (entry) =>
        wanted(entry) && (entry.port === undefined || entry.port === port) && entry.matches(host),
    )
  }

  return {
    hasName: (hostname, port) => has(hostname, port, ({ isName }) => isName),
    hasAddress: (address, port) => has(address, port, ({ isName }) => !isName),
    hasPort: (hostname, port) => has(hostname, port, (entry) => entry.port !== undefined),
  }
}

function parseEntry(text: string): Entry {
  const entry = text.trim().toLowerCase()
  const subnet = /^([^/]+)\/(\d{1,3})$/.exec(entry)
  if (subnet !== null) {
    const [, network = '', prefix = ''] = subnet
    return addressEntry(text, network, Number(prefix))
  }
  if (isIP(entry) !== 0) return addressEntry(text, entry)
  const place = /^(?:\[([^\]]+)\]|([^:/[\]\s]+))(?::(\d{1,5}))?$/.exec(entry)
  if (place === null) throw unreadable(text)
  const [, bracketed, host = bracketed ?? '', digits] = place
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) throw unreadable(text)
  if (isIP(host) !== 0) return { ...addressEntry(text, host), port }
  return nameEntry(text, host, port)
}

function addressEntry(text: string, network: string, prefix?: number): Entry {
  const version = isIP(network)
  const longest = version === 6 ? 128 : 32
  if (version === 0 || (prefix ?? longest) > longest) throw unreadable(text)
  const addresses = new BlockList()
  addresses.addSubnet(network, prefix ?? longest, family(version))
  return {
    port: undefined,
    isName: false,
    matches: (host) => isIP(host) !== 0 && addresses.check(host, family(isIP(host))),
  }
}

function nameEntry(text: string, name: string, port: number | undefined): Entry {
  const isSuffix = name.startsWith('*.')
  const plain = isSuffix ? name.slice(2) : name
  if (!/^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*$/u.test(plain)) throw unreadable(text)
  // As URLs have it: letters of other scripts encoded.
  const ascii = domainToASCII(plain)
  if (ascii === '' || isIP(ascii) !== 0) throw unreadable(text)
  const matches = isSuffix
    ? (host: string) => host.endsWith(`.${ascii}`)
    : (host: string) => host === ascii
  return { port, isName: true, matches }
}

const family = (version: number) => (version === 6 ? 'ipv6' : 'ipv4')

function unreadable(text: string): McpError {
  return new McpError(
    'invalid-request',
    `"${text.slice(0, 100)}" cannot be an allowed host. Right would be a name, *.name, an address or a CIDR block, and ":port" after all but the last.`,
  )
}
