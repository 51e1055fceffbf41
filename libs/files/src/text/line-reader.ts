export interface LineReaderOptions {
  /** Maximum size of a line, in bytes. */
  readonly maxBytes: number
  /** Receives each line without the white space around it. Lines of only white space are skipped. */
  readonly onLine: (line: string) => void
  /** Called as soon as a line exceeds the limit. */
  readonly onTooLong: () => void
}

export interface LineReader {
  push(chunk: Buffer): void
  /** Processes a last line without a line break. */
  end(): void
}

const lineFeed = 0x0a

/** Splits bytes into lines. A line over the limit is dropped. At most `maxBytes` of a line are stored. */
export function createLineReader({ maxBytes, onLine, onTooLong }: LineReaderOptions): LineReader {
  let parts: Buffer[] = []
  let length = 0
  let isSkipping = false

  function add(part: Buffer): void {
    if (isSkipping || part.length === 0) return
    length += part.length
    if (length > maxBytes) {
      isSkipping = true
      parts = []
      onTooLong()
    } else {
      parts.push(part)
    }
  }

  function finish(): void {
    const line = isSkipping ? '' : Buffer.concat(parts, length).toString('utf8').trim()
    parts = []
    length = 0
    isSkipping = false
    if (line !== '') onLine(line)
  }

  return {
    push(chunk) {
      let start = 0
      for (;;) {
        const end = chunk.indexOf(lineFeed, start)
        if (end === -1) break
        add(chunk.subarray(start, end))
        finish()
        start = end + 1
      }
      add(chunk.subarray(start))
    },
    end: finish,
  }
}
