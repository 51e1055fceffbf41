import { McpError } from '@mcp/protocol/light'
import { useCallback, useEffect, useRef, useState } from 'react'

import { rest } from '../data/rest.ts'
import type { CallRequest } from '../data/send-call.ts'
import type {
  CallProgress,
  CallResponse,
  SendCallOptions,
  UnreadResult,
} from '../data/send-call.ts'
import { readOn, sendCall } from '../data/send-call.ts'

/** State of the last call of a form. */
export type CallState =
  | { readonly status: 'idle' }
  | {
      readonly status: 'running'
      readonly progress: CallProgress | undefined
      readonly isCancelling: boolean
    }
  | ({ readonly status: 'success'; readonly durationMs: number } & CallResponse)
  | { readonly status: 'error'; readonly durationMs: number; readonly error: McpError }
  | { readonly status: 'cancelled'; readonly durationMs: number }

export type CallEnd = Exclude<CallState, { readonly status: 'idle' | 'running' }>

interface Current {
  readonly controller: AbortController
  /** Id of the request that runs now. */
  id: string
}

/** Runs one call at a time. Leaving the view cancels the call. */
export function useCall() {
  const [state, setState] = useState<CallState>({ status: 'idle' })
  const current = useRef<Current>(undefined)
  useEffect(() => () => current.current?.controller.abort(), [])

  const start = useCallback(
    async (work: (options: SendCallOptions) => Promise<CallResponse>): Promise<CallEnd> => {
      current.current?.controller.abort()
      const call: Current = { controller: new AbortController(), id: '' }
      current.current = call
      const startedAt = performance.now()
      setState({ status: 'running', progress: undefined, isCancelling: false })
      const end = await work({
        signal: call.controller.signal,
        onId: (id) => (call.id = id),
        onProgress: (progress) =>
          setState((before) => (before.status === 'running' ? { ...before, progress } : before)),
      }).then(
        (response) => ({ status: 'success', ...response }) as const,
        (thrown: unknown) => failureOf(McpError.from(thrown)),
      )
      const ended = { ...end, durationMs: performance.now() - startedAt }
      if (current.current === call) setState(ended)
      return ended
    },
    [],
  )
  const run = useCallback(
    (request: CallRequest) => start((options) => sendCall(request, options)),
    [start],
  )
  const readAll = useCallback(
    ({ envelope }: CallResponse, unread: UnreadResult) =>
      start(async (options) => ({ envelope, result: await readOn(unread, options) })),
    [start],
  )
  const cancel = useCallback(async (): Promise<void> => {
    const call = current.current
    if (call === undefined) return
    setState((before) => (before.status === 'running' ? { ...before, isCancelling: true } : before))
    await rest.requests.cancel(call.id).catch((thrown: unknown) => {
      // A request that has ended is unknown, and its response is on the way.
      if (McpError.from(thrown).code !== 'not-found') call.controller.abort()
    })
  }, [])
  return { state, run, readAll, cancel }
}

function failureOf(error: McpError) {
  return error.code === 'cancelled'
    ? ({ status: 'cancelled' } as const)
    : ({ status: 'error', error } as const)
}
