import { useQuery } from '@tanstack/react-query'

import { callOperation } from '../data/call-operation.ts'

/** Keys of the queries of this view. Notifications of changes invalidate them. */
export const fileKeys = {
  all: ['files'],
  roots: ['files', 'roots'],
  /** All that was read of an item of the tree. */
  item: (id: string) => ['files', 'item', id] as const,
  part: (id: string, part: string, ...others: readonly unknown[]) =>
    ['files', 'item', id, part, ...others] as const,
} as const

/** The roots of the session. */
export function useRoots() {
  return useQuery({
    queryKey: fileKeys.roots,
    queryFn: async ({ signal }) =>
      (await callOperation('roots', 'listRoots', { limit: 1000 }, { signal })).items,
  })
}

/** Description of a file or folder of a root. */
export function useStat(
  id: string,
  { root, path }: { readonly root: string; readonly path: string },
) {
  return useQuery({
    queryKey: fileKeys.part(id, 'stat'),
    queryFn: ({ signal }) => callOperation('roots', 'stat', { root, path }, { signal }),
  })
}
