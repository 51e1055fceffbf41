import type { SuccessResponse } from '@mcp/protocol'

import type { CallOptions } from './call-options.ts'

/** Options of {@link Send}. */
export interface SendOptions extends CallOptions {
  /** Time from which the time limit of the request counts. Default: now. */
  readonly startedAt?: number | undefined
}

/** Sends a request and resolves with its response. */
export type Send = (
  type: string,
  payload?: Readonly<Record<string, unknown>>,
  options?: SendOptions,
) => Promise<SuccessResponse>
