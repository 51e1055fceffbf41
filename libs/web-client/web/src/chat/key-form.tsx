import type { ModelList } from '@mcp/protocol/rest'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { rest } from '../data/rest.ts'
import { addressProblem } from '../elements/address-problem.ts'
import { Button } from '../elements/button.tsx'
import { SelectField, TextField } from '../elements/field.tsx'
import { Problem } from '../elements/problem.tsx'

export interface KeyFormProps {
  readonly models: ModelList
  readonly onSaved: () => Promise<void>
}

/** Id of the provider for any server that has the API of OpenAI. The user enters its address. */
const compatibleId = 'openai-compatible'

/**
 * A form that saves the key of a provider, or the address of an OpenAI-compatible provider, and tests the
 * provider.
 */
export function KeyForm({ models, onSaved }: KeyFormProps) {
  const offered = models.providers.filter(({ missing }) => missing.includes('key'))
  const [id, setId] = useState(offered[0]?.id ?? compatibleId)
  const [key, setKey] = useState('')
  const [url, setUrl] = useState('')
  const [isTried, setTried] = useState(false)
  const hasAddress = id === compatibleId
  const problem = addressProblem(url)
  const isComplete = hasAddress ? url.trim() !== '' : key !== ''
  const save = useMutation({
    mutationFn: async () => {
      await rest.providers.configure(id, {
        ...(key !== '' && { key }),
        ...(hasAddress && { url: url.trim() }),
      })
      const result = await rest.providers.test(id)
      if (!result.ok) throw result.error
    },
    onSettled: onSaved,
  })
  return (
    <form
      className="max-w-md space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (!hasAddress || problem === undefined) save.mutate()
      }}
    >
      <SelectField label="Provider" onChange={({ target }) => setId(target.value)} value={id}>
        {offered.map((provider) => (
          <option key={provider.id} value={provider.id}>
            {provider.title}
          </option>
        ))}
        <option value={compatibleId}>Another address…</option>
      </SelectField>
      {hasAddress && (
        <TextField
          error={isTried ? problem : undefined}
          hint="Of a server with the API of OpenAI, such as vLLM or a gateway."
          inputMode="url"
          label="Address"
          onChange={({ target }) => setUrl(target.value)}
          placeholder="http://localhost:8000/v1"
          required
          spellCheck={false}
          value={url}
        />
      )}
      <TextField
        autoComplete="off"
        hint="The client app keeps it in its data folder. It is never shown again."
        label={hasAddress ? 'Key, if the server requires one' : 'Key'}
        onChange={({ target }) => setKey(target.value)}
        required={!hasAddress}
        type="password"
        value={key}
      />
      {save.error !== null && <Problem error={save.error} />}
      <Button disabled={save.isPending || !isComplete} kind="primary" type="submit">
        {save.isPending ? 'Testing…' : 'Save and test'}
      </Button>
    </form>
  )
}
