import { sampling } from '@mcp/protocol/contracts/sampling'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

export interface SamplingServerOptions extends ServerOptions {}

/** The sampling server: language models behind approvals, budgets and limits. */
export function samplingServer(options: SamplingServerOptions = {}): LocalServer {
  return defineServer(sampling, {}, options)
}
