import type { InteractionResponse, InteractionRequest, RequestContext } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import type { HttpCaller } from './http-caller.ts'

/** The questions a server far away puts to the person behind a request. */
export interface RemoteQuestions {
  /** Puts the question to the request's own caller, and sends back what was said. */
  ask(data: Readonly<Record<string, unknown>>, context: RequestContext, call: Call): void
}

export function createRemoteQuestions(
  http: HttpCaller,
  onError: (error: unknown) => void,
): RemoteQuestions {
  async function answerFor(
    question: InteractionRequest,
    context: RequestContext,
  ): Promise<InteractionResponse> {
    try {
      return (await context.ask?.(question)) ?? { action: 'cancel' }
    } catch {
      // Nobody answered in time, or nobody could be asked: the server hears that nobody decided.
      return { action: 'cancel' }
    }
  }

  async function relay(
    id: string,
    question: InteractionRequest,
    context: RequestContext,
    call: Call,
  ): Promise<void> {
    const { action, content } = await answerFor(question, context)
    // The question died with its request.
    if (call.isEnded) return
    await http.call('POST', `/interactions/${encodeURIComponent(id)}`, {
      body: { action, content },
    })
  }

  return {
    ask(data, context, call) {
      const id = data['interactionId']
      const question = readQuestion(data)
      if (typeof id !== 'string' || question === undefined) return
      relay(id, question, context, call).catch(onError)
    },
  }
}

function readQuestion(data: Readonly<Record<string, unknown>>): InteractionRequest | undefined {
  const { kind, message, schema, timeoutMs } = data
  if (typeof kind !== 'string' || typeof message !== 'string') return undefined
  return {
    kind,
    message,
    ...(isRecord(schema) ? { schema } : {}),
    ...(typeof timeoutMs === 'number' ? { timeoutMs } : {}),
  }
}
