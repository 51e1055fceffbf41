import { McpError } from '@mcp/protocol'

import type { BodyBudget } from './body-budget.ts'
import { processBodyBudget } from './body-budget.ts'
import { joinBytes } from './join-bytes.ts'

/** Collects the chunks of one body, within its limit and the budget of the process. */
export interface BodyCollector {
  /** @throws McpError `payload-too-large`, or `unavailable` if the budget of the process is used up. */
  readonly add: (chunk: Uint8Array) => void
  /** Returns the body. */
  readonly end: () => Uint8Array
  /** Drops the chunks. Required if the body does not end; harmless after {@link BodyCollector.end}. */
  readonly drop: () => void
}

/** Memory of one chunk besides its bytes: a body may arrive byte by byte. */
const chunkOverheadBytes = 256

export interface BodyCollectorOptions {
  readonly maxBodyBytes: number
  /** The value of `Content-Length`, if there is one. */
  readonly declared: string | null | undefined
  /** Frees a chunk that is not used any longer. Default: the garbage collector does. */
  readonly release?: ((chunk: Uint8Array) => void) | undefined
  /** Default: the budget of this process. */
  readonly budget?: BodyBudget | undefined
}

/** @throws McpError `payload-too-large` if the declared length exceeds the limit. */
export function createBodyCollector(options: BodyCollectorOptions): BodyCollector {
  const { maxBodyBytes, declared, release, budget = processBodyBudget } = options
  const declaredBytes = Number(declared ?? Number.NaN)
  if (declaredBytes > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
  let chunks: Uint8Array[] = []
  let length = 0
  let reservedBytes = 0

  function drop(): void {
    if (release !== undefined) for (const chunk of chunks) release(chunk)
    chunks = []
    budget.release(reservedBytes)
    reservedBytes = 0
  }

  function reserve(chunk: Uint8Array): void {
    // The declared length is reserved at once, so that a body that was begun can also be completed.
    const newBytes = chunks.length === 0 ? declaredBytes : 0
    const bytes = chunkOverheadBytes + (Number.isNaN(declaredBytes) ? chunk.byteLength : newBytes)
    budget.reserve(bytes)
    reservedBytes += bytes
  }

  return {
    add(chunk) {
      length += chunk.byteLength
      if (length > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
      // A body that is complete with its first chunk needs no reservation.
      if (length !== declaredBytes || chunks.length > 0) reserve(chunk)
      chunks.push(chunk)
    },
    end() {
      const body = joinBytes(chunks, length)
      // A single chunk is the body itself.
      if (chunks.length === 1) chunks = []
      drop()
      return body
    },
    drop,
  }
}

/** Returns the error for a body over the limit. */
export function bodyTooLarge(maxBodyBytes: number): McpError {
  return new McpError('payload-too-large', `The body is larger than ${maxBodyBytes} bytes.`, {
    details: { limit: 'bytes', max: maxBodyBytes },
  })
}
