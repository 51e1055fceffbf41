/** Standard output, reserved for the protocol. */
export interface ProtocolOutput {
  /** Writes a line. Resolves when the reader has taken enough of it that more can be written. */
  write(line: string): Promise<void>
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
  let drained: Promise<void> | undefined
  const closed = new Promise<void>((resolve) => {
    stdout.once('error', () => resolve())
    stdout.once('close', () => resolve())
  })

  return {
    closed,
    write(line) {
      if (write(`${line}\n`)) return Promise.resolve()
      drained ??= new Promise<void>((resolve) => {
        stdout.once('drain', () => {
          drained = undefined
          resolve()
        })
      })
      return Promise.race([drained, closed])
    },
  }
}
