import type { Logger } from '../logging/logger.ts'

/**
 * Keeps the process running when the reader of its output exits, such as `head`. Output that cannot be
 * written is dropped. Returns a function that returns the number of dropped writes.
 */
export function dropUnreadOutput(log: Logger): () => number {
  let dropped = 0
  const onFirst = (
    stream: NodeJS.WriteStream,
    report: (code: string | undefined) => void,
  ): void => {
    stream.once('error', ({ code }: NodeJS.ErrnoException) => report(code))
    stream.on('error', () => {
      dropped++
    })
  }
  onFirst(process.stdout, (code) =>
    log.warn('Standard output is closed: output is dropped', { code }),
  )
  onFirst(process.stderr, (code) =>
    process.stdout.write(`Standard error is closed (${code}): log entries are dropped\n`),
  )
  return () => dropped
}
