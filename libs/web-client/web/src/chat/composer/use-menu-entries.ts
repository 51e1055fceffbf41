import { isRecord } from '@mcp/protocol/light'
import { useQuery } from '@tanstack/react-query'

import { useCatalogue } from '../../data/queries.ts'
import { rest } from '../../data/rest.ts'
import { directForms } from './direct-forms.ts'
import type { MenuEntry } from './menu-entries.ts'
import { fileEntries, operationEntries, promptEntries, resourceEntries } from './menu-entries.ts'
import type { Trigger } from './read-trigger.ts'

const maxListed = 200

/** Returns the entries of the menu of a trigger. The entries are read when the menu opens. */
export function useMenuEntries(kind: Trigger['kind'] | undefined): readonly MenuEntry[] {
  const catalogue = useCatalogue()
  const prompts = useQuery({
    queryKey: ['prompts'],
    queryFn: ({ signal }) => readList('prompt-template', 'list', { signal }),
    enabled: kind === 'command',
  })
  const attachments = useQuery({
    queryKey: ['attachments'],
    queryFn: ({ signal }) => readAttachments(signal),
    enabled: kind === 'mention',
  })
  if (kind === 'mention') return attachments.data ?? []
  if (kind === undefined) return []
  return [
    ...directForms,
    ...promptEntries(prompts.data ?? []),
    ...operationEntries(catalogue.data ?? []),
  ]
}

interface ListOptions {
  readonly signal: AbortSignal
  readonly payload?: Readonly<Record<string, unknown>>
  readonly params?: Readonly<Record<string, unknown>>
}

/** Reads the first page of a list. A server that is not available has no items. */
async function readList(
  type: string,
  operation: string,
  { signal, payload, params }: ListOptions,
): Promise<readonly unknown[]> {
  const body = { ...payload, operation, params: { limit: maxListed, ...params } }
  const response = await rest.requests.send(type, body, { signal }).catch(() => undefined)
  const result = response?.data['result']
  return isRecord(result) && Array.isArray(result['items']) ? result['items'] : []
}

async function readAttachments(signal: AbortSignal): Promise<MenuEntry[]> {
  const roots = await readList('root-operation', 'listRoots', { signal })
  const names = roots.filter(isRecord).map(({ name }) => String(name))
  const [resources, ...files] = await Promise.all([
    readList('resource-access', 'list', { signal }),
    ...names.map(async (root) => {
      const params = { glob: '**/*' }
      return fileEntries(
        root,
        await readList('root-operation', 'searchFiles', { signal, payload: { root }, params }),
      )
    }),
  ])
  return [...files.flat(), ...resourceEntries(resources)]
}
