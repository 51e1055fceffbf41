import { useQuery } from '@tanstack/react-query'

import { rest } from './rest.ts'

/** Keys of the queries that several views use. The stream invalidates them. */
export const queryKeys = {
  catalogue: ['catalogue'],
  session: ['session'],
  models: ['models'],
  pending: ['pending'],
  interactions: ['interactions'],
} as const

/** The servers with their operations. With `readEveryMs`, they are read again after each interval. */
export function useCatalogue({ readEveryMs }: { readonly readEveryMs?: number } = {}) {
  return useQuery({
    queryKey: queryKeys.catalogue,
    queryFn: ({ signal }) => rest.servers.list({ signal }),
    ...(readEveryMs !== undefined && { refetchInterval: readEveryMs }),
  })
}

/** The session of this browser. The service opens one if there is none. */
export function useSession() {
  return useQuery({
    queryKey: queryKeys.session,
    queryFn: ({ signal }) => rest.sessions.current({ signal }),
    refetchInterval: 60_000,
  })
}

export function useModels() {
  return useQuery({
    queryKey: queryKeys.models,
    queryFn: ({ signal }) => rest.models.list({ signal }),
  })
}

/**
 * Approvals and interactions that wait for the user. When they change, the stream sends a new list, which
 * replaces this one.
 */
export function usePending() {
  return useQuery({
    queryKey: queryKeys.pending,
    queryFn: ({ signal }) => rest.pending.list({ signal }),
    staleTime: Infinity,
  })
}
