import { McpError } from '@mcp/protocol'

import type { BodyBudget } from './body-budget.ts'
import { processBodyBudget } from './body-budget.ts'
import { joinBytes } from './join-bytes.ts'

/**
 * Collects the chunks of one body, up to the maximum size of the body and up to the budget that all
 * bodies share.
 */
export interface BodyCollector {
  /**
   * Adds a chunk.
   *
   * @throws McpError `payload-too-large` if the body is too large, `unavailable` if the budget is used
   * up.
   */
  readonly add: (chunk: Uint8Array) => void
  /** Returns the body, and frees its part of the budget. */
  readonly end: () => Uint8Array
  /**
   * Drops the chunks, and frees their part of the budget. Call it if the body does not end. It has no
   * effect after {@link BodyCollector.end}.
   */
  readonly drop: () => void
}

/** Memory of one chunk in addition to its bytes. It matters if a body arrives byte by byte. */
const chunkOverheadBytes = 256

export interface BodyCollectorOptions {
  readonly maxBodyBytes: number
  /** Value of the header `Content-Length`, if the request has it. */
  readonly declared: string | null | undefined
  /** Frees a chunk that is no longer used. Default: nothing, because chunks are garbage-collected. */
  readonly release?: ((chunk: Uint8Array) => void) | undefined
  /** Budget for the memory of all bodies. Default: the budget of this process. */
  readonly budget?: BodyBudget | undefined
}

/**
 * Creates the collector of one body.
 *
 * @throws McpError `payload-too-large` if the declared length exceeds `maxBodyBytes`.
 */
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
    // If the length is declared, the first chunk reserves all of it, and each later chunk only its overhead.
    // Therefore, such a body rarely fails because of other bodies after its first chunk. If the length is not
    // declared, each chunk reserves its own length.
    const newBytes = chunks.length === 0 ? declaredBytes : 0
    const bytes = chunkOverheadBytes + (Number.isNaN(declaredBytes) ? chunk.byteLength : newBytes)
    budget.reserve(bytes, maxBodyBytes)
    reservedBytes += bytes
  }

  return {
    add(chunk) {
      length += chunk.byteLength
      if (length > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
      // If the first chunk has the declared length, the body is complete, so nothing is reserved.
      if (length !== declaredBytes || chunks.length > 0) reserve(chunk)
      chunks.push(chunk)
    },
    end() {
      const body = joinBytes(chunks, length)
      // `joinBytes` returns a single chunk without a copy, so this chunk must not be released.
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
