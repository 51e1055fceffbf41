/** Prefix of files that are still being written. Callers can neither use nor see such names. */
export const temporaryPrefix = '.mcp-tmp-'

/** Whether a name is reserved for files that are still being written. */
export function isTemporaryName(name: string): boolean {
  // The comparison ignores case, because some file systems do.
  return name.slice(0, temporaryPrefix.length).toLowerCase() === temporaryPrefix
}
