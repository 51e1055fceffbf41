import type { HotRequest } from '@mcp/protocol'
import { contextHeaders, isSameSecret, McpError } from '@mcp/protocol'

/** Whether a request comes from a process of ours, so that what it says of sessions counts. */
export type Trust = (request: Pick<HotRequest, 'header' | 'peer'>) => boolean

/** By the service token where there is one, else by being on this machine. */
export function createTrust(serviceToken: string | undefined): Trust {
  if (serviceToken === undefined || serviceToken === '') {
    // A page in a browser on this machine is no process of ours, and a browser names its origin.
    return (request) => request.peer.isLoopback === true && request.header('origin') === undefined
  }
  return (request) => {
    const given = request.header(contextHeaders.serviceToken)
    return given !== undefined && isSameSecret(given, serviceToken)
  }
}

/** The error for a request that only a process of ours may make. */
export function untrusted(what: string): McpError {
  return new McpError(
    'forbidden',
    `${what} takes the service token, or, where none is configured, a caller on this machine.`,
    { details: { reason: 'untrusted' } },
  )
}
