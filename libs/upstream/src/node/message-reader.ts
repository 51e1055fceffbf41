import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import type { LineReader } from '@mcp/files'
import { createLineReader } from '@mcp/files'
import { McpError } from '@mcp/protocol'

export interface MessageReaderOptions {
  /** Name of the server, for errors. */
  readonly name: string
  readonly maxMessageBytes: number
  /** Parses a line. Throws if it is not a message. */
  readonly parse: (line: string) => JSONRPCMessage
  readonly hideValues: (text: string) => string
  readonly onMessage: (message: JSONRPCMessage) => void
  /** Receives an error for a line that is not a message and was skipped. */
  readonly onSkipped: (error: McpError) => void
  /** Called when a message exceeds the limit. */
  readonly onTooLong: () => void
}

/**
 * Maximum number of lines without a message that are reported for one process. Further ones are only skipped.
 */
const maxReportedLines = 5

/**
 * Reads the messages of a server from its standard output. The `ReadBuffer` of the SDK drops lines that
 * are not JSON without a report, and copies a message of n chunks n times.
 */
export function createMessageReader(options: MessageReaderOptions): LineReader {
  const { name, maxMessageBytes, parse, hideValues, onMessage, onSkipped, onTooLong } = options
  let reportedLines = 0

  function skip(line: string): void {
    reportedLines++
    if (reportedLines > maxReportedLines) return
    const more = reportedLines === maxReportedLines ? ' Further lines are not reported.' : ''
    const shown = JSON.stringify(hideValues(line).slice(0, 200))
    onSkipped(
      new McpError(
        'upstream-error',
        `"${name}" wrote a line to its standard output that is not a message, and it was skipped: ${shown}. Logs belong on stderr.${more}`,
      ),
    )
  }

  return createLineReader({
    maxBytes: maxMessageBytes,
    onLine(line) {
      let message: JSONRPCMessage
      try {
        message = parse(line)
      } catch {
        skip(line)
        return
      }
      onMessage(message)
    },
    onTooLong,
  })
}
