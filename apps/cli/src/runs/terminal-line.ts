import { createInterface } from 'node:readline'

/** Reads a line. Returns undefined at the end of the input. */
export type ReadTerminalLine = (
  question: string,
  signal: AbortSignal,
) => Promise<string | undefined>

/**
 * Reads a line from standard input. The terminal stays in its normal mode, so Ctrl-C interrupts the
 * command. Returns undefined at the end of the input.
 */
export function readTerminalLine(text: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
    const abort = (): void => {
      process.stderr.write('\n')
      lines.close()
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    lines.once('close', () => {
      signal.removeEventListener('abort', abort)
      resolve(undefined)
    })
    lines.question(text, (line) => {
      resolve(line)
      lines.close()
    })
  })
}
