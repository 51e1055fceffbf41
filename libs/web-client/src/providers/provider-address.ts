import { McpError } from '@mcp/protocol'

const localNames =
  /^(?:localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f:]+\]|0\.0\.0\.0|\[::\])$/

/**
 * Returns whether two addresses are the same host and port. `localhost` and all loopback and wildcard addresses
 * count as one host.
 */
export function isSameAddress(left: URL, right: URL): boolean {
  const isLocal = localNames.test(left.hostname) && localNames.test(right.hostname)
  return portOf(left) === portOf(right) && (isLocal || left.hostname === right.hostname)
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80')

/**
 * Refuses an address of this system. Otherwise, the system would send the requests for the model to itself.
 *
 * @throws McpError `invalid-params`
 */
export function refuseOwnAddress(
  address: string | null | undefined,
  own: readonly (URL | null)[],
): void {
  const url = URL.parse(address ?? '')
  if (url === null || !own.some((each) => each !== null && isSameAddress(url, each))) return
  throw new McpError(
    'invalid-params',
    `The address ${url.origin} is the one of this system. Set the address of a language model, such as http://localhost:11434/v1.`,
    { details: { path: ['url'] } },
  )
}
