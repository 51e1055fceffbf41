import { McpError, systemClock } from '@mcp/protocol'
import { sampling } from '@mcp/contracts/sampling'
import type { SandboxLimits } from '@mcp/sandbox'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

import { createApprovalQueue } from './approvals/approval-queue.ts'
import { createApprovalService } from './approvals/approval-service.ts'
import type { ApprovalStore } from './approvals/approval-store.ts'
import { createMemoryApprovalStore } from './approvals/approval-store.ts'
import { createFileApprovalStore } from './approvals/file-approval-store.ts'
import { createRestore } from './approvals/restore-approvals.ts'
import { createApprovalHandlers } from './handlers/approval-handlers.ts'
import { createMessageHandlers } from './handlers/message-handlers.ts'
import { createModelHandlers } from './handlers/model-handlers.ts'
import { createRecordHandlers } from './handlers/record-handlers.ts'
import type { ApprovalPolicy } from './messages/approval-policy.ts'
import { createMessageRunner } from './messages/message-runner.ts'
import type { OpenMessage } from './messages/open-message.ts'
import { createModelChoice } from './models/model-choice.ts'
import type { ModelProfiles } from './models/model-profile.ts'
import { createSessionRegistry } from './records/session-registry.ts'
import type { Outcome } from './records/session-records.ts'
import type { ModelProvider } from '@mcp/llm'
import { createSchemaChecker } from './schema/schema-checker.ts'

export interface SamplingServerOptions extends ServerOptions {
  /** The language models, the preferred one first. Default: none, and then messages are `unavailable`. */
  readonly providers?: readonly ModelProvider[] | undefined
  /** What models are like, by a part of their names. Default: by words such as "mini" or "large". */
  readonly profiles?: ModelProfiles | undefined
  /** What a person approves at least; callers may ask for more. Default: `never`. */
  readonly approval?: ApprovalPolicy | undefined
  /** How long a person has for an approval, in milliseconds; 24 days at most. Default: 15 minutes. */
  readonly approvalTtlMs?: number | undefined
  /** The folder that keeps pending approvals over a restart. Default: they are kept in memory. */
  readonly folder?: string | undefined
  /** Keeps pending approvals elsewhere, in the place of `folder`. */
  readonly store?: ApprovalStore | undefined
  /** The principals who see and decide the approvals of every session. Default: nobody. */
  readonly operators?: readonly string[] | undefined
  /** The tokens, read and written, that a session may use. Default: a million. */
  readonly tokenBudget?: number | undefined
  /** How many answers of models may lead to one another. Default: 4. */
  readonly maxDepth?: number | undefined
  /** The longest that models may take for one message, in milliseconds. Default: 5 minutes. */
  readonly generationTimeoutMs?: number | undefined
  /** Limits of the worker processes that validate schemas. Default: 2 seconds and 128 MiB per job. */
  readonly sandbox?: SandboxLimits | undefined
}

/**
 * The sampling server: language models behind approvals, budgets and limits.
 *
 * @example
 * const server = samplingServer({ providers: [provider], approval: 'request', folder: '.data/approvals' })
 */
export function samplingServer(options: SamplingServerOptions = {}): LocalServer {
  const { providers = [], profiles = {}, approval = 'never', operators = [] } = options
  const { approvalTtlMs = 15 * 60_000, generationTimeoutMs = 5 * 60_000, maxDepth = 4 } = options
  const { tokenBudget = 1_000_000, clock = systemClock } = options
  const report = (error: unknown): void => options.onError?.(McpError.from(error), {})
  const store = options.store ?? createStore(options.folder, report)

  const schemas = createSchemaChecker(options.sandbox)
  const models = createModelChoice({ providers, profiles, clock })
  const sessions = createSessionRegistry({ clock, tokenBudget })
  const book = createApprovalQueue({ store, clock, onError: report })
  const desk = createApprovalService({ book, schemas, clock, approvalTtlMs, onError: report })
  const runner = createMessageRunner({
    models,
    schemas,
    approvals: desk,
    clock,
    generationTimeoutMs,
    onOutcome: tell,
  })
  const restore = createRestore({ store, runner, sessions, clock, onError: report })

  const server = defineServer(
    sampling,
    {
      ...createMessageHandlers({
        runner,
        sessions,
        approval,
        maxDepth,
        restore,
        clock,
        onError: report,
      }),
      ...createModelHandlers(models),
      ...createApprovalHandlers({ desk, operators: new Set(operators), restore }),
      ...createRecordHandlers({ sessions, tokenBudget }),
    },
    {
      ...options,
      sessionStates: [
        {
          async sessionClosed(sessionId) {
            // What waited for this session before a restart must not outlive it.
            await restore().catch(report)
            await sessions.sessionClosed(sessionId)
          },
          async close() {
            // First, so that approvals which outlast a restart are not withdrawn.
            book.close()
            await sessions.close()
          },
        },
        ...(options.sessionStates ?? []),
      ],
      async onClose() {
        await schemas.close()
        await options.onClose?.()
      },
    },
  )

  function tell({ sessionId, request: { purpose } }: OpenMessage, outcome: Outcome): void {
    if (sessionId === undefined) return
    const about = purpose === undefined ? {} : { purpose }
    const to = { sessionIds: [sessionId] }
    if (outcome.status === 'completed') {
      const { messageId, model, stopReason, usage } = outcome.message
      server.notify('sampling-completed', { messageId, model, stopReason, usage, ...about }, to)
      return
    }
    const { code, message, retryable, details } = outcome.error
    const reason = details?.['reason']
    server.notify(
      'sampling-failed',
      {
        messageId: outcome.messageId,
        code,
        message,
        retryable,
        ...(typeof reason === 'string' ? { reason } : {}),
        ...about,
      },
      to,
    )
  }

  return server
}

function createStore(folder: string | undefined, onError: (error: unknown) => void): ApprovalStore {
  return folder === undefined
    ? createMemoryApprovalStore()
    : createFileApprovalStore(folder, { onError })
}
