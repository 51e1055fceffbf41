import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { createRequest, isRecord, McpError } from '@mcp/protocol'

import type { Substitutes } from './respond-to-server.ts'

type Json = Readonly<Record<string, unknown>>

/** Sends a request to one of the servers of a dispatcher. */
export type Dispatch = (
  request: RequestEnvelope,
  context: RequestContext,
) => MaybePromise<ResponseEnvelope>

/** Maximum time for the model, and for the user who approves the request, in milliseconds. */
const samplingTimeoutMs = 10 * 60_000

/**
 * Returns the function that sends `sampling/createMessage` to the sampling server, whose budget and approvals
 * apply. `dispatch` belongs to the dispatcher with the sampling server.
 */
export function createSampler(
  server: string,
  dispatch: Dispatch,
): NonNullable<Substitutes['sample']> {
  return async (params, call) => {
    const purpose = `Requested by the MCP server "${server}".`
    const request = createRequest('sampling-operation', {
      operation: 'createMessage',
      params: { ...toMessageParams(params), purpose },
    })
    const response = await dispatch(request, {
      signal: AbortSignal.timeout(samplingTimeoutMs),
      deadline: Date.now() + samplingTimeoutMs,
      sessionId: call?.sessionId,
      ask: call?.ask,
    })
    if (response.status === 'error') throw McpError.fromBody(response.error)
    return toSamplingResult(response.data['result'])
  }
}

/** Converts params of `sampling/createMessage` of the standard to those of the sampling server. */
function toMessageParams(params: Json): Json {
  const { messages, systemPrompt, maxTokens, temperature, stopSequences, modelPreferences } = params
  return {
    messages: (Array.isArray(messages) ? messages : []).map(toMessage),
    system: systemPrompt,
    maxTokens,
    temperature,
    stopSequences,
    modelPreferences,
  }
}

function toMessage(message: unknown): Json {
  const { role, content } = isRecord(message) ? message : {}
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [content]
  return { role, content: blocks.map(toTextBlock) }
}

function toTextBlock(block: unknown): Json {
  if (isRecord(block) && block['type'] === 'text') return { type: 'text', text: block['text'] }
  const type = isRecord(block) ? String(block['type']) : typeof block
  throw new McpError(
    'invalid-params',
    `The sampling server accepts messages of text, not of type "${type}".`,
  )
}

const stopReasons: ReadonlyMap<unknown, string> = new Map([
  ['stop', 'endTurn'],
  ['length', 'maxTokens'],
])

function toSamplingResult(result: unknown): Json {
  if (!isRecord(result) || result['status'] === 'pending') {
    throw new McpError('timeout', 'The request was not approved in time.')
  }
  const { content, model, stopReason } = result
  const blocks: readonly unknown[] = Array.isArray(content) ? content : []
  const text = blocks.flatMap((block) =>
    isRecord(block) && typeof block['text'] === 'string' ? [block['text']] : [],
  )
  return {
    role: 'assistant',
    content: { type: 'text', text: text.join('') },
    model,
    stopReason: stopReasons.get(stopReason) ?? 'endTurn',
  }
}
