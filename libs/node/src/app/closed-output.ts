import type { Logger } from '../logging/logger.ts'

/**
 * Keeps the process running when the reader of its output exits, as `head` does: what cannot be written
 * is dropped and counted. Returns the number of dropped writes.
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
  onFirst(process.stdout, (code) => log.warn('Standard output is closed: it is dropped', { code }))
  onFirst(process.stderr, (code) =>
    process.stdout.write(`Standard error is closed (${code}): log entries are dropped\n`),
  )
  return () => dropped
}
