import type { Peer } from './service.ts'

/**
 * Returns the network address of a caller. Undefined if the caller is on this machine, or if the host does not
 * know whether it is. A proxy on this machine may hide the address of a caller on another machine. The address
 * is then `unknown`.
 */
export function callerAddress({ address, isLoopback }: Peer): string | undefined {
  return address ?? (isLoopback === false ? 'unknown' : undefined)
}
