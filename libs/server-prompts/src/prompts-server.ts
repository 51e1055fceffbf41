import { prompts } from '@mcp/protocol/contracts/prompts'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

export interface PromptsServerOptions extends ServerOptions {}

/** The prompts server: prompts with versions, labels and typed arguments. */
export function promptsServer(options: PromptsServerOptions = {}): LocalServer {
  return defineServer(prompts, {}, options)
}
