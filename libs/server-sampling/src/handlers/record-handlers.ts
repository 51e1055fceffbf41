import { parseTimestamp } from '@mcp/protocol'
import type { sampling } from '@mcp/contracts/sampling'
import type { Handlers } from '@mcp/server'
import { invalidParam, pageItems } from '@mcp/server'

import type { SessionRegistry } from '../records/session-registry.ts'

type Names = 'usage' | 'recordExchange' | 'transcript'

export interface RecordHandlersOptions {
  readonly sessions: SessionRegistry
  readonly tokenBudget: number
}

export function createRecordHandlers(
  options: RecordHandlersOptions,
): Pick<Handlers<typeof sampling>, Names> {
  const { sessions, tokenBudget } = options

  return {
    usage({ since }, context) {
      const records = sessions.ofCaller(context)
      const from = since === undefined ? undefined : parseTimestamp(since)
      if (since !== undefined && from === undefined) {
        throw invalidParam('since', 'must be an ISO 8601 timestamp, such as 2026-11-22T06:31:10Z')
      }
      const used = records.budget.used()
      const sampled = records.usage.summary(from)
      const { byModel: _models, isComplete, ...recorded } = records.recorded.summary(from)
      return {
        ...sampled,
        byModel: [...sampled.byModel],
        recorded,
        budget: Number.isFinite(tokenBudget)
          ? { limit: tokenBudget, used, remaining: Math.max(0, tokenBudget - used) }
          : { used },
        isComplete: sampled.isComplete && isComplete,
      }
    },
    recordExchange(params, context) {
      const { transcript, recorded } = sessions.of(context)
      const { exchangeId, isCut } = transcript.record({ source: 'client', ...params })
      if (params.usage !== undefined) {
        recorded.add({ model: params.model ?? 'unknown', usage: params.usage })
      }
      return { exchangeId, isCut }
    },
    transcript({ query, ...page }, context) {
      const searchText = query?.toLowerCase() ?? ''
      const exchanges = sessions
        .of(context)
        .transcript.list()
        .filter(({ prompt, response }) =>
          `${prompt}\n${response}`.toLowerCase().includes(searchText),
        )
      context.markUntrusted()
      return pageItems(exchanges, page, ({ exchangeId }) => exchangeId)
    },
  }
}
