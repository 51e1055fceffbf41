import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { ApprovalService } from '../approvals/approval-service.ts'
import type { PendingApproval } from '../approvals/pending-approval.ts'
import type { ModelSelector } from '../models/model-selector.ts'
import type { SessionRecords } from '../records/session-records.ts'
import type { SchemaChecker } from '../schema/schema-checker.ts'
import { approvesRequest, approvesResponse } from './approval-policy.ts'
import { generateResponse } from './generate-response.ts'
import type { GeneratedResponse } from './generated-response.ts'
import { toMessageResult } from './generated-response.ts'
import type { MessageRequest, MessageResult } from './message-request.ts'
import { lastPrompt } from './message-request.ts'
import type { MessageCaller, OpenMessage } from './open-message.ts'

export interface ProduceOptions {
  readonly models: ModelSelector
  readonly schemas: SchemaChecker
  readonly approvals: ApprovalService
  readonly clock: Clock
  /** Maximum time that models may take for one message, in milliseconds. */
  readonly generationTimeoutMs: number
}

/** A message and the data that is needed to produce its result. */
export interface MessageJob {
  readonly message: OpenMessage
  readonly records: SessionRecords
  readonly caller: MessageCaller
  /** The approval that was pending when a restart interrupted the message. */
  readonly stored: PendingApproval | undefined
}

/** Produces the result of a message, after any required approvals of the request and the response. */
export async function produceMessage(
  { message, records, caller, stored }: MessageJob,
  options: ProduceOptions,
): Promise<MessageResult> {
  const { schemas, approvals } = options
  const { messageId } = message
  let { request } = message
  let response: GeneratedResponse
  if (stored?.stage === 'response') {
    response = stored.response
  } else {
    if (stored === undefined && request.responseSchema !== undefined) {
      // The schema is checked before approval is requested and before tokens are used.
      await schemas.checkSchema(request.responseSchema, message)
    }
    if (approvesRequest(request)) {
      request = (await approvals.waitForRequest(message, caller, { request, stored })).request
    }
    response = await generate(request, { message, records, caller }, options)
  }
  if (approvesResponse(request)) {
    response = await approvals.waitForResponse(message, caller, { request, response, stored })
  }
  records.transcript.record({
    source: 'sampling',
    prompt: lastPrompt(request.messages),
    response: response.text,
    model: response.model,
    usage: response.usage,
  })
  return toMessageResult(messageId, response)
}

async function generate(
  request: MessageRequest,
  { message, records, caller }: Omit<MessageJob, 'stored'>,
  { models, schemas, clock, generationTimeoutMs }: ProduceOptions,
): Promise<GeneratedResponse> {
  const limit = new AbortController()
  const stopTimer = clock.after(generationTimeoutMs, () =>
    limit.abort(new McpError('timeout', `Generation timed out after ${generationTimeoutMs} ms.`)),
  )
  try {
    return await generateResponse(request, {
      models,
      schemas,
      records,
      callerKey: message.callerKey,
      signal: AbortSignal.any([message.signal, limit.signal]),
      // A response that requires approval must not be streamed before the approval.
      onChunk: approvesResponse(request) ? undefined : caller.onChunk,
    })
  } finally {
    stopTimer()
  }
}
