import type { Conversations } from '@mcp/conversations'

import { createRunSources } from '../conversations/run-source.ts'
import type { StreamSource } from './stream-source.ts'
import type { SessionSourcesOptions } from './session-sources.ts'
import { createSessionSources } from './session-sources.ts'

export interface StreamSourcesOptions extends SessionSourcesOptions {
  readonly conversations: Conversations
}

/** Creates all sources of `GET /stream`. */
export function createStreamSources(options: StreamSourcesOptions): StreamSource[] {
  return [...createSessionSources(options), ...createRunSources(options.conversations)]
}
