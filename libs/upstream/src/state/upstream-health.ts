import type { Health } from '@mcp/protocol'

import type { PendingLogin } from '../oauth/credentials.ts'
import type { ChangedTool } from '../pins/tool-definition.ts'

/** Maximum length of one side of a difference in the health of a server, in characters. */
const maxTextLength = 4000

/** Returns the health of a server with its pending login and its changed tools. */
export function upstreamHealth(
  health: Health,
  login: PendingLogin | undefined,
  changed: readonly ChangedTool[],
): Health {
  const changedTools = changed.length === 0 ? {} : { changedTools: changed.map(shorten) }
  if (login !== undefined) {
    const reason = `requires a login: ${login.reason}`
    const since = new Date(login.since).toISOString()
    const { attempt } = health.connection ?? {}
    return {
      state: 'degraded',
      reason,
      connection: {
        phase: 'awaiting-auth',
        since,
        reason,
        loginUrl: login.url,
        ...(attempt === undefined ? {} : { attempt }),
        ...changedTools,
      },
    }
  }
  const { connection } = health
  if (changed.length === 0 || connection === undefined) return health
  const names = changed.map(({ tool }) => tool).join(', ')
  const [first] = changed
  const state = first?.isOffered === false ? 'changed and not offered' : 'changed'
  return {
    ...health,
    state: health.state === 'unhealthy' ? 'unhealthy' : 'degraded',
    reason: health.reason ?? `tools ${state}: ${names}`,
    connection: { ...connection, ...changedTools },
  }
}

function shorten({ differences, ...tool }: ChangedTool): ChangedTool {
  return {
    ...tool,
    differences: differences.map(({ field, before, after }) => ({
      field,
      ...(before === undefined ? {} : { before: before.slice(0, maxTextLength) }),
      ...(after === undefined ? {} : { after: after.slice(0, maxTextLength) }),
    })),
  }
}
