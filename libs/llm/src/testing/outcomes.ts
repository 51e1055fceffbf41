import { McpError } from '@mcp/protocol'

import type { LlmStreamEvent } from '../llm-provider.ts'

/** All that a stream gives. */
export async function collect(stream: AsyncIterable<LlmStreamEvent>): Promise<LlmStreamEvent[]> {
  const all: LlmStreamEvent[] = []
  for await (const event of stream) all.push(event)
  return all
}

/** The error that work fails with. */
export async function failure(work: Promise<unknown>): Promise<McpError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (McpError.is(error)) return error
  throw new Error('It did not fail with an McpError.', { cause: error })
}
