import { isRecord } from '@mcp/protocol/light'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { CompletedField } from '../../elements/completed-field.tsx'
import { TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { completePrompt } from '../../data/complete-prompt.ts'
import { rest } from '../../data/rest.ts'
import type { CommandEntry, CommandFormProps } from './command-form-props.ts'
import { CommandPanel } from './command-panel.tsx'
import type { TextArgument } from './menu-entries.ts'
import { OperationForm } from './operation-form.tsx'

/** The arguments of an operation, a prompt or a direct form, in place of the composer. */
export function CommandForm({ entry, ...rest }: CommandFormProps) {
  switch (entry.kind) {
    case 'operation':
      return <OperationForm entry={entry} {...rest} />
    case 'prompt':
      return <PromptForm entry={entry} {...rest} />
    case 'form':
      return <DirectForm entry={entry} {...rest} />
  }
}

type EntryOf<Kind extends CommandEntry['kind']> = Extract<CommandEntry, { readonly kind: Kind }>

function DirectForm({ entry, onRun, onClose }: CommandFormProps<EntryOf<'form'>>) {
  return (
    <TextForm
      action="Run"
      entry={entry}
      onClose={onClose}
      onSubmit={(values) => onRun(entry.format(values))}
    />
  )
}

function PromptForm({ entry, onInsert, onClose }: CommandFormProps<EntryOf<'prompt'>>) {
  const render = useMutation({
    mutationFn: async (values: Values) => {
      const filled = Object.entries(values).filter(([, value]) => value !== '')
      const params = { arguments: Object.fromEntries(filled), format: 'text' }
      const payload = { prompt: entry.label, operation: 'render', params }
      const { data } = await rest.requests.send('prompt-template', payload)
      const text = isRecord(data['result']) ? data['result']['text'] : undefined
      return typeof text === 'string' ? text : ''
    },
    onSuccess: onInsert,
  })
  return (
    <TextForm
      action="Insert into the message"
      entry={entry}
      error={render.error}
      isPending={render.isPending}
      onClose={onClose}
      onSubmit={(values) => render.mutate(values)}
    />
  )
}

type Values = Readonly<Record<string, string>>

interface TextFormProps {
  readonly entry: EntryOf<'form'> | EntryOf<'prompt'>
  /** Label of the button. */
  readonly action: string
  readonly onSubmit: (values: Values) => void
  readonly onClose: () => void
  readonly isPending?: boolean
  readonly error?: unknown
}

function TextForm({ entry, action, onSubmit, onClose, isPending, error = null }: TextFormProps) {
  const { label, description, arguments: args } = entry
  const [values, setValues] = useState<Values>({})
  const isComplete = args.every(({ name, required }) => !required || (values[name] ?? '') !== '')
  return (
    <CommandPanel description={description} onClose={onClose} title={label}>
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit(values)
        }}
      >
        {args.map((argument) => (
          <ArgumentField
            argument={argument}
            key={argument.name}
            onChange={(value) => setValues({ ...values, [argument.name]: value })}
            prompt={entry.kind === 'prompt' ? label : undefined}
            values={values}
          />
        ))}
        {error !== null && <Problem error={error} />}
        <div className="flex gap-2">
          <Button disabled={!isComplete || isPending === true} kind="primary" type="submit">
            {action}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </CommandPanel>
  )
}

interface ArgumentFieldProps {
  readonly argument: TextArgument
  /**
   * Name of the prompt that offers values for the argument. Undefined for a direct form, which offers no
   * values.
   */
  readonly prompt: string | undefined
  readonly values: Values
  readonly onChange: (value: string) => void
}

function ArgumentField({ argument, prompt, values, onChange }: ArgumentFieldProps) {
  const { name, description, required } = argument
  const common = {
    label: required ? name : `${name} (optional)`,
    required,
    value: values[name] ?? '',
    ...(description !== '' && { hint: description }),
  }
  if (prompt === undefined) {
    return <TextField {...common} onChange={({ target }) => onChange(target.value)} />
  }
  const { [name]: _own, ...context } = values
  return (
    <CompletedField
      {...common}
      complete={(typed, signal) =>
        completePrompt({ prompt, argument: name, context }, typed, signal)
      }
      completionKey={['prompt', prompt, name, context]}
      onChange={onChange}
    />
  )
}
