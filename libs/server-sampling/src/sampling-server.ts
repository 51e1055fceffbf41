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
import { createModelSelector } from './models/model-selector.ts'
import { providersHealth } from './models/providers-health.ts'
import type { ModelProfiles } from './models/model-profile.ts'
import { createSessionRegistry } from './records/session-registry.ts'
import type { FinishedMessage } from './records/session-records.ts'
import type { ModelProvider } from '@mcp/llm'
import { createSchemaChecker } from './schema/schema-checker.ts'

export interface SamplingServerOptions extends ServerOptions {
  /**
   * Language models, the preferred one first, or a function that returns the current ones. Without a language
   * model, messages fail as `unavailable`. Default: none.
   */
  readonly providers?: readonly ModelProvider[] | (() => readonly ModelProvider[]) | undefined
  /** Profiles of models, by a part of their names. Default: words such as "mini" or "large" select one. */
  readonly profiles?: ModelProfiles | undefined
  /** Stages that always require approval. A caller may require approval of more. Default: `never`. */
  readonly approval?: ApprovalPolicy | undefined
  /** Time until an approval expires, in milliseconds, at most 24 days. Default: 15 minutes. */
  readonly approvalTtlMs?: number | undefined
  /** Folder in which pending approvals survive a restart. Default: they are stored in memory. */
  readonly folder?: string | undefined
  /** Store of pending approvals. If set, `folder` is ignored. */
  readonly store?: ApprovalStore | undefined
  /** Principals that see and decide the approvals of every session. Default: none. */
  readonly operators?: readonly string[] | undefined
  /** Maximum number of tokens per session, input and output. Default: a million. */
  readonly tokenBudget?: number | undefined
  /**
   * Maximum number of nested sampling requests, each caused by a model's response to the previous
   * one. Default: 4.
   */
  readonly maxDepth?: number | undefined
  /** Maximum time that models may take for one message, in milliseconds. Default: 5 minutes. */
  readonly generationTimeoutMs?: number | undefined
  /** Limits of the worker processes that validate schemas. Default: 2 seconds and 128 MiB per job. */
  readonly sandbox?: SandboxLimits | undefined
}

/**
 * Creates the sampling server. It gives callers access to language models, with approvals by users,
 * token budgets and limits.
 *
 * @example
 * const server = samplingServer({ providers: [provider], approval: 'request', folder: '.data/approvals' })
 */
export function samplingServer(options: SamplingServerOptions = {}): LocalServer {
  const { profiles = {}, approval = 'never', operators = [] } = options
  const { approvalTtlMs = 15 * 60_000, generationTimeoutMs = 5 * 60_000, maxDepth = 4 } = options
  const { providers: source = [] } = options
  const providers = typeof source === 'function' ? source : () => source
  const { tokenBudget = 1_000_000, clock = systemClock } = options
  const report = (error: unknown): void => options.onError?.(McpError.from(error), {})
  const store = options.store ?? createStore(options.folder, report)

  const schemas = createSchemaChecker(options.sandbox)
  const models = createModelSelector({ providers, profiles, clock })
  const sessions = createSessionRegistry({ clock, tokenBudget })
  const queue = createApprovalQueue({ store, clock, onError: report })
  const approvals = createApprovalService({ queue, schemas, clock, approvalTtlMs, onError: report })
  const runner = createMessageRunner({
    models,
    schemas,
    approvals,
    clock,
    generationTimeoutMs,
    onFinished: notifyFinished,
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
      ...createApprovalHandlers({ approvals, operators: new Set(operators), restore }),
      ...createRecordHandlers({ sessions, tokenBudget }),
    },
    {
      health: () => providersHealth(providers()),
      ...options,
      sessionStates: [
        {
          async sessionClosed(sessionId) {
            // The stored approvals are restored first, so that the approvals of this session are
            // withdrawn with it.
            await restore().catch(report)
            await sessions.sessionClosed(sessionId)
          },
          async close() {
            // The queue is closed first. Otherwise closing the sessions would withdraw the stored
            // approvals, and they would not survive the restart.
            queue.close()
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

  function notifyFinished(
    { sessionId, request: { purpose } }: OpenMessage,
    finished: FinishedMessage,
  ): void {
    if (sessionId === undefined) return
    const about = purpose === undefined ? {} : { purpose }
    const to = { sessionIds: [sessionId] }
    if (finished.status === 'completed') {
      const { messageId, model, stopReason, usage } = finished.message
      server.notify('sampling-completed', { messageId, model, stopReason, usage, ...about }, to)
      return
    }
    const { code, message, retryable, details } = finished.error
    const reason = details?.['reason']
    server.notify(
      'sampling-failed',
      {
        messageId: finished.messageId,
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
