import type { GrantList as Grants } from '@mcp/protocol/rest'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { rest } from '../data/rest.ts'
import { Button } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'

type Grant = Grants['grants'][number]

const queryKey = ['grants']

/**
 * The calls that the user has always allowed. After the user has withdrawn a grant, the calls require
 * approval again.
 */
export function GrantList() {
  const client = useQueryClient()
  const { data, error } = useQuery({
    queryKey,
    // A decision in a conversation adds a grant, and no event reports it.
    staleTime: 0,
    queryFn: ({ signal }) => rest.grants.list({ signal }),
  })
  const withdraw = useMutation({
    mutationFn: (id: string) => rest.grants.remove(id),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  return (
    <section aria-labelledby="grants-title" className="space-y-3">
      <h2 className="text-lg font-semibold" id="grants-title">
        Always allowed
      </h2>
      <p className="max-w-prose">
        These calls of the language model need no approval, in all of your conversations. If the
        definition of an operation changes, its calls need approval again.
      </p>
      {error !== null && <Problem error={error} />}
      {withdraw.error !== null && <Problem error={withdraw.error} />}
      {data === undefined && error === null && <p className="text-muted">Loading…</p>}
      {data?.length === 0 && (
        <p className="text-muted">
          Nothing is always allowed. A call that needs approval offers “Always allow”.
        </p>
      )}
      <ul className="max-w-prose space-y-1">
        {data?.map((grant) => (
          <li
            className="flex flex-wrap items-center gap-2 rounded-md border border-line px-3 py-2"
            key={grant.id}
          >
            <span className="min-w-0 grow wrap-anywhere">
              <code>{nameOf(grant)}</code>
              {grant.host !== undefined && (
                <span className="text-muted"> to the host {grant.host}</span>
              )}
            </span>
            <Button
              disabled={withdraw.isPending && withdraw.variables === grant.id}
              icon="trash"
              onClick={() => withdraw.mutate(grant.id)}
            >
              Withdraw<span className="sr-only"> {grant.id}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const nameOf = ({ server, operation }: Grant): string => `${server}.${operation}`
