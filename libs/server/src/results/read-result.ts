import type { HandlerContext } from '@mcp/protocol'
import { McpError, operation, readResultName } from '@mcp/protocol'
import * as z from 'zod'

import type { LargeResults } from './large-results.ts'
import type { OperationRow } from '../operations/operation-table.ts'

const longestPiece = 1024 * 1024

/** Reads a result that was too large to be answered whole. */
export const readResult = operation({
  title: 'Read a large result',
  description:
    'Reads a piece of a result that was answered as a preview with a resultRef. ' +
    "The pieces, in order, make up the result's JSON. They can be read until the session ends.",
  params: () =>
    z.object({
      resultRef: z.string().min(1).max(128).describe('The resultRef of the response.'),
      offset: z
        .int()
        .min(0)
        .default(0)
        .describe('Where to begin: the nextOffset of the last piece.'),
      limit: z
        .int()
        .min(1)
        .max(longestPiece)
        .default(64 * 1024)
        .describe('The most characters to read.'),
    }),
  result: () =>
    z.object({
      text: z.string(),
      offset: z.int(),
      totalLength: z.int().describe("The number of characters of the whole result's JSON."),
      nextOffset: z.int().optional().describe('Absent after the last piece.'),
    }),
  hints: { readOnly: true },
  errors: ['not-found'],
  examples: [
    {
      title: 'Read the large result that is always there',
      params: { resultRef: 'example', offset: 1, limit: 5 },
      result: { text: 'A res', offset: 1, totalLength: 30, nextOffset: 6 },
    },
  ],
})

// Kept for nobody in particular, so that the example can be tried anywhere.
const example = { text: '"A result, as JSON, in pieces"', isUntrusted: false }

/** The row of {@link readResult} in a server's table. */
export function createReadResultRow(serverName: string, kept: LargeResults): OperationRow {
  return {
    label: `${serverName}.${readResultName}`,
    operation: readResult,
    joinedKey: undefined,
    isAlias: false,
    isSelfPaging: true,
    handle(params: z.output<typeof readResult.params>, context: HandlerContext) {
      const { resultRef, offset, limit } = params
      const result = findResult(kept, resultRef, context.sessionId)
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

function findResult(kept: LargeResults, resultRef: string, sessionId: string | undefined) {
  if (resultRef === 'example') return example
  const result = sessionId === undefined ? undefined : kept.find(sessionId, resultRef)
  if (result !== undefined) return result
  throw new McpError(
    'not-found',
    `This session has no result "${resultRef}": it never had, or newer ones took its place. ` +
      'Repeat the request that answered it.',
    { details: { path: ['payload', 'params', 'resultRef'] } },
  )
}
