import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'

import { McpError } from '@mcp/protocol'

/** The hosts that the operator allows in addition to the public internet. */
export interface AllowedHosts {
  /** Whether an entry allows the host name. An allowed name may resolve to any address. */
  hasName(hostname: string, port: number): boolean
  /** Whether a name of this machine or network, such as `localhost`, is allowed. Its addresses are checked. */
  hasInternalName(hostname: string, port: number): boolean
  /** Whether an entry allows the address. Any name may resolve to an allowed address. */
  hasAddress(address: string, port: number): boolean
  /** Whether an entry for this host names this port. Only such an entry allows a blocked port. */
  hasPort(hostname: string, port: number): boolean
}

interface Entry {
  readonly port: number | undefined
  readonly matches: (host: string) => boolean
  readonly isName: boolean
}

/**
 * Parses a list such as `['intranet.example', '*.corp.example:8080', '10.1.0.0/16', '[::1]:3000']`.
 *
 * @throws McpError `invalid-request` for an invalid entry.
 */
export function parseAllowedHosts(list: readonly string[]): AllowedHosts {
  const entries = list.map(parseEntry)

  function has(host: string, port: number, isRelevant: (entry: Entry) => boolean): boolean {
    return entries.some(
      (entry) =>
        isRelevant(entry) &&
        (entry.port === undefined || entry.port === port) &&
        entry.matches(host),
    )
  }

  return {
    hasName: (hostname, port) => has(hostname, port, ({ isName }) => isName),
    hasInternalName: (hostname, port) => has(hostname, port, ({ isName }) => isName),
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
  const parts = /^(?:\[([^\]]+)\]|([^:/[\]\s]+))(?::(\d{1,5}))?$/.exec(entry)
  if (parts === null) throw invalidEntry(text)
  const [, bracketed, host = bracketed ?? '', digits] = parts
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) throw invalidEntry(text)
  if (isIP(host) !== 0) return { ...addressEntry(text, host), port }
  return nameEntry(text, host, port)
}

function addressEntry(text: string, network: string, prefix?: number): Entry {
  const version = isIP(network)
  const maxPrefix = version === 6 ? 128 : 32
  if (version === 0 || (prefix ?? maxPrefix) > maxPrefix) throw invalidEntry(text)
  const addresses = new BlockList()
  addresses.addSubnet(network, prefix ?? maxPrefix, family(version))
  return {
    port: undefined,
    isName: false,
    matches: (host) => isIP(host) !== 0 && addresses.check(host, family(isIP(host))),
  }
}

function nameEntry(text: string, name: string, port: number | undefined): Entry {
  const isSuffix = name.startsWith('*.')
  const plain = isSuffix ? name.slice(2) : name
  if (!/^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*$/u.test(plain)) throw invalidEntry(text)
  // International names are converted to ASCII, because URLs contain them in this form.
  const ascii = domainToASCII(plain)
  if (ascii === '' || isIP(ascii) !== 0) throw invalidEntry(text)
  const matches = isSuffix
    ? (host: string) => host.endsWith(`.${ascii}`)
    : (host: string) => host === ascii
  return { port, isName: true, matches }
}

const family = (version: number) => (version === 6 ? 'ipv6' : 'ipv4')

function invalidEntry(text: string): McpError {
  return new McpError(
    'invalid-request',
    `Invalid allowed host: "${text.slice(0, 100)}". Use a name, *.name or an address, each with an optional ":port", or a CIDR block.`,
  )
}
