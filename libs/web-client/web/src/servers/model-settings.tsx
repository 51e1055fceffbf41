import type { ModelList } from '@mcp/protocol/rest'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { queryKeys, useModels } from '../data/queries.ts'
import { rest } from '../data/rest.ts'
import { addressProblem } from '../elements/address-problem.ts'
import { Badge } from '../elements/badge.tsx'
import { Button } from '../elements/button.tsx'
import { TextField } from '../elements/field.tsx'
import { Problem } from '../elements/problem.tsx'

type Provider = ModelList['providers'][number]

/** The providers of language models, with their keys, addresses and tests. */
export function ModelSettings() {
  const { data, error } = useModels()
  const client = useQueryClient()
  const find = useMutation({ mutationFn: () => rest.providers.discover() })
  const use = useMutation({
    mutationFn: ({ id, url }: { readonly id: string; readonly url: string }) =>
      rest.providers.configure(id, { url }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.models }),
  })
  return (
    <div className="space-y-3">
      {error !== null && <Problem error={error} />}
      <Button disabled={find.isPending} icon="search" onClick={() => find.mutate()}>
        {find.isPending ? 'Searching…' : 'Find model servers on this machine'}
      </Button>
      {find.error !== null && <Problem error={find.error} />}
      {find.data !== undefined && (
        <output className="block space-y-1 text-sm wrap-anywhere">
          {find.data.providers.length === 0 &&
            'No model server responds at the usual ports of this machine.'}
          {find.data.providers.map(({ id, url, models }) => (
            <span className="flex flex-wrap items-center gap-2" key={url}>
              {id} at {url} has {models.length} models.
              <Button disabled={use.isPending} onClick={() => use.mutate({ id, url })}>
                Use {id}
              </Button>
            </span>
          ))}
        </output>
      )}
      {use.error !== null && <Problem error={use.error} />}
      <ul className="divide-y divide-line">
        {data?.providers.map((provider) => (
          <ProviderItem key={provider.id} provider={provider} />
        ))}
      </ul>
    </div>
  )
}

function ProviderItem({ provider }: { readonly provider: Provider }) {
  const { id, title, isDefault, missing, models, source, error } = provider
  const test = useMutation({ mutationFn: () => rest.providers.test(id) })
  const isReady = source !== undefined && missing.length === 0
  return (
    <li className="space-y-2 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="font-medium">{title}</h2>
        {isDefault && <Badge tone="accent">default</Badge>}
        <Badge tone={isReady ? 'good' : 'neutral'}>
          {isReady ? `${models.length} models` : 'not configured'}
        </Badge>
        {source !== undefined && <span className="text-sm text-muted">from the {source}</span>}
      </div>
      {error !== undefined && <p className="text-sm text-bad wrap-anywhere">{error.message}</p>}
      <ProviderForm provider={provider} />
      {isReady && (
        <Button disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? 'Testing…' : `Test ${title}`}
        </Button>
      )}
      {test.error !== null && <Problem error={test.error} />}
      {test.data !== undefined && (
        <output className="block text-sm wrap-anywhere">
          {test.data.ok
            ? `${test.data.model ?? title} responded after ${test.data.durationMs} ms.`
            : `The test failed: ${test.data.error.message}`}
        </output>
      )}
    </li>
  )
}

function ProviderForm({ provider: { id, title, hasKey, url } }: { readonly provider: Provider }) {
  const [key, setKey] = useState('')
  const [address, setAddress] = useState(url ?? '')
  const [isTried, setTried] = useState(false)
  const problem = addressProblem(address)
  const client = useQueryClient()
  const isAddressChanged = address !== (url ?? '')
  const save = useMutation({
    mutationFn: () =>
      rest.providers.configure(id, {
        ...(key !== '' && { key }),
        ...(isAddressChanged && { url: address.trim() === '' ? null : address.trim() }),
      }),
    onSuccess: async () => {
      setKey('')
      await client.invalidateQueries({ queryKey: queryKeys.models })
    },
  })
  return (
    <details>
      <summary className="text-sm text-muted">Key and address of {title}</summary>
      <form
        className="max-w-md space-y-2 py-2"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (problem === undefined) save.mutate()
        }}
      >
        <TextField
          autoComplete="off"
          hint={hasKey ? 'A key is set. It is never shown.' : 'No key is set.'}
          label={`Key of ${title}`}
          onChange={({ target }) => setKey(target.value)}
          type="password"
          value={key}
        />
        <TextField
          label={`Address of ${title}`}
          onChange={({ target }) => setAddress(target.value)}
          error={isTried ? problem : undefined}
          inputMode="url"
          placeholder="http://localhost:8000/v1"
          spellCheck={false}
          value={address}
        />
        {save.error !== null && <Problem error={save.error} />}
        <Button
          disabled={save.isPending || (key === '' && !isAddressChanged)}
          kind="primary"
          type="submit"
        >
          Save
        </Button>
      </form>
    </details>
  )
}
