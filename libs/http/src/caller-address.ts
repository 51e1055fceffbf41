import type { Peer } from './service.ts'

/**
 * Returns the network address of a caller, or undefined for a caller on this machine or an unknown host. A
 * proxy on this machine may hide the address of a caller on another machine, which is then `unknown`.
 */
export function callerAddress({ address, isLoopback }: Peer): string | undefined {
  return address ?? (isLoopback === false ? 'unknown' : undefined)
}
