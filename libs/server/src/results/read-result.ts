import type { HandlerContext } from '@mcp/protocol'
import { McpError, operation, readResultName } from '@mcp/protocol'
import * as z from 'zod'

import type { LargeResults } from './large-results.ts'
import type { OperationRow } from '../operations/operation-table.ts'

const maxPieceLength = 1024 * 1024

/** The operation that reads a result that was too large to be returned whole. */
export const readResult = operation({
  title: 'Read a large result',
  description:
    'Reads a piece of a result that was returned as a preview with a resultRef. ' +
    "The pieces, joined in order, are the result's JSON. They are available until the session ends " +
    'or newer large results replace them.',
  params: () =>
    z.object({
      resultRef: z.string().min(1).max(128).describe('The resultRef of the response.'),
      offset: z
        .int()
        .min(0)
        .default(0)
        .describe('Start of the piece: the nextOffset of the previous piece.'),
      limit: z
        .int()
        .min(1)
        .max(maxPieceLength)
        .default(64 * 1024)
        .describe('Maximum number of characters to read.'),
    }),
  result: () =>
    z.object({
      text: z.string(),
      offset: z.int(),
      totalLength: z.int().describe("Length of the whole result's JSON, in characters."),
      nextOffset: z.int().optional().describe('Absent after the last piece.'),
    }),
  hints: { readOnly: true },
  errors: ['not-found'],
  examples: [
    {
      title: 'Read the built-in example result',
      params: { resultRef: 'example', offset: 1, limit: 5 },
      result: { text: 'A res', offset: 1, totalLength: 30, nextOffset: 6 },
    },
  ],
})

// This result is available without a session, so that the example above succeeds on every server.
const example = { text: '"A result, as JSON, in pieces"', isUntrusted: false }

/** Creates the table row of {@link readResult}. */
export function createReadResultRow(serverName: string, largeResults: LargeResults): OperationRow {
  return {
    label: `${serverName}.${readResultName}`,
    operation: readResult,
    targetParam: undefined,
    isAlias: false,
    isSelfPaging: true,
    handle(params: z.output<typeof readResult.params>, context: HandlerContext) {
      const { resultRef, offset, limit } = params
      const result = findResult(largeResults, resultRef, context.sessionId)
      if (result.isUntrusted) context.markUntrusted()
      const { text } = result
      const end = offset + limit
      return {
        text: text.slice(offset, end),
        offset,
        totalLength: text.length,
        ...(end < text.length ? { nextOffset: end } : {}),
      }
    },
  }
}

function findResult(largeResults: LargeResults, resultRef: string, sessionId: string | undefined) {
  if (resultRef === 'example') return example
  const result = sessionId === undefined ? undefined : largeResults.find(sessionId, resultRef)
  if (result !== undefined) return result
  throw new McpError(
    'not-found',
    `This session has no result "${resultRef}": the reference is wrong, or newer results replaced it. ` +
      'Repeat the request that returned it.',
    { details: { path: ['payload', 'params', 'resultRef'] } },
  )
}
