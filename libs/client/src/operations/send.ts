import type { SuccessResponse } from '@mcp/protocol'

import type { CallOptions } from './call-options.ts'

/** Sends a request and resolves with its response. */
export type Send = (
  type: string,
  payload: Readonly<Record<string, unknown>>,
  options?: CallOptions,
) => Promise<SuccessResponse>
