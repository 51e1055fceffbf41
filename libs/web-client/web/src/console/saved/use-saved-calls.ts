import type { NamedCall } from '@mcp/protocol/rest'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { rest } from '../../data/rest.ts'

const queryKey = ['saved-calls']

/** The named calls of the user. */
export function useSavedCalls() {
  return useQuery({ queryKey, queryFn: ({ signal }) => rest.savedCalls.list({ signal }) })
}

/** Adds or replaces a call. */
export function useSaveCall() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ name, ...call }: NamedCall) => rest.savedCalls.save(name, call),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
}

export function useRemoveCall() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => rest.savedCalls.remove(name),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
}
