import { useMutation, useQuery } from '@tanstack/react-query'

import { queryKeys } from '../../data/queries.ts'
import { rest } from '../../data/rest.ts'
import { stream } from '../../stream/browser-stream.ts'

/** The sessions of the user. */
export function useSessions({ isOpen }: { readonly isOpen: boolean }) {
  return useQuery({
    queryKey: [...queryKeys.session, 'list'],
    queryFn: ({ signal }) => rest.sessions.list({ signal }),
    enabled: isOpen,
  })
}

/** Changes the session of this browser. All tabs then read everything again. */
function useSessionChange<Parameter>(change: (parameter: Parameter) => Promise<unknown>) {
  return useMutation({ mutationFn: change, onSuccess: () => stream.restart() })
}

/** Opens another session. The previous one stays open. */
export function useNewSession() {
  return useSessionChange<void>(() => rest.sessions.create())
}

export function useSwitchSession() {
  return useSessionChange((handle: string) => rest.sessions.switch(handle))
}

/**
 * Closes a session. If it is the current one, the browser first switches to the session `next`, or to a new
 * one.
 */
export function useCloseSession() {
  return useSessionChange(async ({ handle, isCurrent, next }: ClosedSession) => {
    if (isCurrent && next !== undefined) await rest.sessions.switch(next)
    if (isCurrent && next === undefined) await rest.sessions.create()
    await rest.sessions.remove(handle)
  })
}

export interface ClosedSession {
  readonly handle: string
  readonly isCurrent: boolean
  /** Handle of the session that replaces the current one. */
  readonly next?: string | undefined
}
