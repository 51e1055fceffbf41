import { McpError } from '@mcp/protocol/light'
import { useCallback, useEffect, useRef, useState } from 'react'

import type { CallRequest } from './operation-call.ts'
import type { CallResponse } from './send-call.ts'
import { sendCall } from './send-call.ts'

/** State of the last call of a form. */
export type CallState =
  | { readonly status: 'idle' }
  | { readonly status: 'running'; readonly startedAt: number; readonly progress: string }
  | ({ readonly status: 'success'; readonly durationMs: number } & CallResponse)
  | { readonly status: 'error'; readonly durationMs: number; readonly error: McpError }
  | { readonly status: 'cancelled'; readonly durationMs: number }

export type CallEnd = Exclude<CallState, { readonly status: 'idle' | 'running' }>

/** Runs one call at a time. Leaving the view cancels the call. */
export function useCall() {
  const [state, setState] = useState<CallState>({ status: 'idle' })
  const current = useRef<AbortController>(undefined)
  useEffect(() => () => current.current?.abort(), [])

  const run = useCallback(async (request: CallRequest): Promise<CallEnd> => {
    current.current?.abort()
    const controller = new AbortController()
    current.current = controller
    const startedAt = performance.now()
    const running = { status: 'running', startedAt } as const
    setState({ ...running, progress: '' })
    const onProgress = (progress: string) => setState({ ...running, progress })
    const end = await sendCall(request, { signal: controller.signal, onProgress }).then(
      (response) => ({ status: 'success', ...response }) as const,
      (thrown: unknown) =>
        controller.signal.aborted
          ? ({ status: 'cancelled' } as const)
          : ({ status: 'error', error: McpError.from(thrown) } as const),
    )
    const ended = { ...end, durationMs: performance.now() - startedAt }
    if (current.current === controller) setState(ended)
    return ended
  }, [])
  const cancel = useCallback(() => current.current?.abort(), [])
  return { state, run, cancel }
}
