import type { Clock, HandlerContext } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { sampling } from '@mcp/contracts/sampling'
import type { Handlers } from '@mcp/server'

import { checkDepth } from '../call-depth.ts'
import type { ApprovalPolicy } from '../messages/approval-policy.ts'
import { combinePolicies } from '../messages/approval-policy.ts'
import { awaitMessage } from '../messages/await-message.ts'
import type { MessageRequest, MessageResult, PendingResult } from '../messages/message-request.ts'
import type { MessageRunner } from '../messages/message-runner.ts'
import type { SessionRegistry } from '../records/session-registry.ts'

export interface MessageHandlersOptions {
  readonly runner: MessageRunner
  readonly sessions: SessionRegistry
  /** Stages that always require approval. A caller may require approval of more stages. */
  readonly approval: ApprovalPolicy
  readonly maxDepth: number
  /** Resumes the stored approvals on the first call. */
  readonly restore: () => Promise<void>
  readonly clock: Clock
  readonly onError: (error: McpError) => void
}

type Names = 'createMessage' | 'complete' | 'get'

export function createMessageHandlers(
  options: MessageHandlersOptions,
): Pick<Handlers<typeof sampling>, Names> {
  const { runner, sessions, approval, maxDepth, restore, clock, onError } = options

  async function create(
    input: MessageRequest,
    context: HandlerContext,
  ): Promise<MessageResult | PendingResult> {
    checkDepth(context.request, maxDepth)
    const request = { ...input, approval: combinePolicies(approval, input.approval) }
    if (request.approval !== 'never') await restore()
    const { sessionId, callerKey, signal, ask } = context
    const owner = { sessionId, callerKey, records: sessions.ofCaller({ sessionId, signal }) }
    const onChunk = request.stream === true ? context.chunk : undefined
    const running = runner.start(request, owner, { ask, onChunk })
    const result = await awaitMessage(running, context, { clock, onError })
    if (!('status' in result)) context.markUntrusted()
    return result
  }

  return {
    createMessage: (params, context) => create(params, context),
    async complete({ prompt, ...params }, context) {
      const messages = [{ role: 'user' as const, content: prompt }]
      const result = await create({ ...params, messages }, context)
      if ('status' in result) return result
      const { messageId, content, model, stopReason, usage } = result
      const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('')
      return { messageId, text, model, stopReason, usage }
    },
    async get({ messageId }, { sessionId, markUntrusted }) {
      await restore()
      const records = sessionId === undefined ? undefined : sessions.find(sessionId)
      const finished = records?.finished.get(messageId)
      if (finished !== undefined) {
        markUntrusted()
        return finished
      }
      const open = records?.open.get(messageId)
      if (open === undefined) throw unknownMessage(messageId)
      const { pending } = open
      if (pending === undefined) return { status: 'generating', messageId }
      const { approvalId: interactionId, stage } = pending
      return { status: 'pending', messageId, interactionId, stage }
    },
  }
}

function unknownMessage(messageId: string): McpError {
  return new McpError(
    'not-found',
    `No message "${messageId}" in this session. Only the newest messages are kept, until the session closes or the server restarts.`,
  )
}
