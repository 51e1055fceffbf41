/** Standard output, reserved for the protocol. */
export interface ProtocolOutput {
  /** Writes a line. Resolves when the reader has taken it, so that a slow reader slows the writer. */
  write(line: string): Promise<void>
  /** Resolves when all lines are written. */
  flush(): Promise<void>
  /** Resolves when the reader has closed standard output. */
  readonly closed: Promise<void>
}

/**
 * Reserves standard output for the protocol. Everything else that the process writes there, such as
 * `console.log` of a dependency, goes to standard error instead.
 */
export function reserveStandardOutput(): ProtocolOutput {
  const { stdout, stderr } = process
  const write = stdout.write.bind(stdout)
  stdout.write = stderr.write.bind(stderr)
  let last = Promise.resolve()
  const closed = new Promise<void>((resolve) => {
    stdout.once('error', () => resolve())
    stdout.once('close', () => resolve())
  })

  return {
    closed,
    write(line) {
      // The callback is also called if the reader has closed the stream.
      last = new Promise((resolve) => write(`${line}\n`, () => resolve()))
      return last
    },
    flush: () => last,
  }
}
