import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'

import type { OperationResult } from '../../data/call-operation.ts'
import { callOperation } from '../../data/call-operation.ts'
import { Button } from '../../elements/button.tsx'
import { CompletedField } from '../../elements/completed-field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { link } from '../../frame/addresses.ts'
import { resourceAddress } from '../selection.ts'
import { shownName } from '../shown-name.ts'

type Template = OperationResult<'resources', 'listTemplates'>['items'][number]
type Variables = Readonly<Record<string, string>>

/** A template of URIs, with a field for each variable. The server completes the values. */
export function TemplateView({ template: uriTemplate }: { readonly template: string }) {
  const { data, error } = useQuery({
    queryKey: ['files', 'templates'],
    queryFn: async ({ signal }) =>
      (await callOperation('resources', 'listTemplates', { limit: 1000 }, { signal })).items,
  })
  const template = data?.find((each) => each.uriTemplate === uriTemplate)
  return (
    <article className="max-w-2xl space-y-3 p-4">
      <h1 className="text-lg font-semibold wrap-anywhere">{shownName(uriTemplate)}</h1>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <p className="text-muted">Loading…</p>}
      {data !== undefined && template === undefined && (
        <p className="text-bad">
          No template has this form.{' '}
          <Link className="text-accent underline" href={link('files')}>
            All files and resources
          </Link>
        </p>
      )}
      {template !== undefined && <TemplateForm key={uriTemplate} template={template} />}
    </article>
  )
}

function TemplateForm({ template }: { readonly template: Template }) {
  const { uriTemplate, description, variables: names } = template
  const [values, setValues] = useState<Variables>({})
  const [, navigate] = useLocation()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      callOperation('resources', 'expand', { template: uriTemplate, variables: values }),
    onSuccess: ({ uri }) => navigate(resourceAddress(uri)),
  })
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      {description !== undefined && <p>{description}</p>}
      {names.map((name) => (
        <CompletedField
          complete={(value, signal) => {
            const { [name]: _own, ...context } = values
            const params = { template: uriTemplate, variable: name, value, context }
            return callOperation('resources', 'complete', params, { signal })
          }}
          completionKey={['template', uriTemplate, name, { ...values, [name]: '' }]}
          key={name}
          label={name}
          onChange={(value) => setValues({ ...values, [name]: value })}
          value={values[name] ?? ''}
        />
      ))}
      {error !== null && <Problem error={error} />}
      <Button disabled={isPending} kind="primary" type="submit">
        Open
      </Button>
    </form>
  )
}
