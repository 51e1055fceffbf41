import { pathToFileURL } from 'node:url'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'

/** A folder that entries may name in `hub.roots`. */
export interface NamedRoot {
  readonly name: string
  readonly path: string
}

/**
 * Returns the roots that an entry names, as `roots/list` lists them. Paths are reported only to processes on
 * this machine. For another server, or for an unknown root, there is a warning instead.
 */
export function namedRoots(
  { name, hub, transport }: UpstreamEntry,
  roots: readonly NamedRoot[],
  onWarning: (message: string) => void,
): { readonly uri: string; readonly name: string }[] {
  if (hub.roots.length > 0 && transport !== 'stdio') {
    onWarning(
      `The server "${name}" has a URL, so "hub.roots" has no effect: paths are reported only to processes on this machine.`,
    )
    return []
  }
  return hub.roots.flatMap((each) => {
    const found = roots.find((root) => root.name === each)
    if (found !== undefined) return [{ uri: pathToFileURL(found.path).href, name: each }]
    const known = roots.map((root) => root.name).join(', ') || 'none'
    onWarning(
      `The server "${name}" names the unknown root "${each}" in "hub.roots". Known: ${known}.`,
    )
    return []
  })
}
