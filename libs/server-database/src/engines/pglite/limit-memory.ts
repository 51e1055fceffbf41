let maxSeen = 0

/**
 * Limits the WebAssembly memory of this thread, which can otherwise grow to 2 GiB and never shrinks. An
 * allocation beyond the limit becomes an error of the statement. Call this function before PGlite is loaded.
 */
export function limitMemory(maxBytes: number): void {
  const { prototype } = WebAssembly.Memory
  const grow: unknown = Reflect.get(prototype, 'grow')
  if (typeof grow !== 'function') return
  prototype.grow = function growWithinLimit(this: WebAssembly.Memory, pages: number): number {
    const size = this.buffer.byteLength + pages * pageBytes
    if (size > maxBytes) throw new RangeError('The WebAssembly memory has reached its limit.')
    maxSeen = Math.max(maxSeen, size)
    return Number(Reflect.apply(grow, this, [pages]))
  }
}

/** Returns the maximum size to which a WebAssembly memory has grown, in bytes. */
export const grownMemory = (): number => maxSeen

const pageBytes = 64 * 1024
