import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useLocation } from 'wouter'

import { useSettled } from '../../elements/use-settled.ts'
import { objectSearches } from './find-objects.ts'
import type { FoundObject } from './find-objects.ts'
import type { Command } from './use-entries.ts'

interface Found {
  readonly found: readonly FoundObject[]
  /** Names of the searches that are in progress. */
  readonly pending: readonly string[]
  /** Reasons why something was not searched. */
  readonly problems: readonly string[]
}

/** Files, resources, tables and prompts that a text finds. A change of the text cancels the searches. */
export function useFound(text: string): Omit<Found, 'found'> & { readonly found: Command[] } {
  const [, navigate] = useLocation()
  const typed = text.trim()
  const query = useSettled(typed)
  const isSettled = query === typed
  const { found, pending, problems } = useQueries({
    queries: Object.entries(objectSearches).map(([name, search]) => ({
      queryKey: ['palette', name, query],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => search(query, signal),
      enabled: query !== '',
      staleTime: 0,
      retry: false,
    })),
    combine: combineSearches,
  })
  const commands = useMemo(
    () => found.map((each) => ({ ...each, run: () => navigate(each.address) })),
    [found, navigate],
  )
  if (typed === '') return { found: [], pending: [], problems: [] }
  return isSettled
    ? { found: commands, pending, problems }
    : { found: [], pending: Object.keys(objectSearches), problems: [] }
}

interface SearchState {
  readonly data: FoundObject[] | undefined
  readonly error: Error | null
  readonly isFetching: boolean
}

function combineSearches(searches: readonly SearchState[]): Found {
  const names = Object.keys(objectSearches)
  return {
    found: searches.flatMap(({ data = [] }) => data),
    pending: names.filter((_name, index) => searches[index]?.isFetching === true),
    problems: searches.flatMap(({ error }) => (error === null ? [] : [error.message])),
  }
}
