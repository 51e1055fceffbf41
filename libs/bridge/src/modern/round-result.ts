import type { RequiredInput } from '@mcp/protocol'

/** The result of a round. */
export type RoundResult =
  | { readonly type: 'done'; readonly result: unknown }
  | {
      readonly type: 'input-required'
      readonly inputRequests: RequiredInput['requests']
      /** Sealed state, which the client returns with its responses. */
      readonly requestState: string
    }
