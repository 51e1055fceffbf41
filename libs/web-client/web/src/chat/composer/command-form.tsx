import { isRecord } from '@mcp/protocol/light'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useId, useMemo, useRef, useState } from 'react'

import { Button, IconButton } from '../../elements/button.tsx'
import { TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { argumentsSchema, exampleArguments } from '../../console/operation-call.ts'
import { LazyEditor } from '../../forms/lazy-editor.tsx'
import { useEditedValue } from '../../forms/use-edited-value.ts'
import { rest } from '../../data/rest.ts'
import { formatDirectForm } from './format-direct-form.ts'
import type { MenuEntry } from './menu-entries.ts'

/** An entry that has arguments. */
export type CommandEntry = Exclude<MenuEntry, { readonly kind: 'attachment' }>

export interface CommandFormProps<Entry extends CommandEntry = CommandEntry> {
  readonly entry: Entry
  /** Runs a direct form. */
  readonly onRun: (form: string) => void
  /** Inserts a text into the prompt. */
  readonly onInsert: (text: string) => void
  readonly onClose: () => void
}

/** The arguments of an operation or a prompt, in place of the composer. */
export function CommandForm({ entry, ...rest }: CommandFormProps) {
  return entry.kind === 'operation' ? (
    <OperationForm entry={entry} {...rest} />
  ) : (
    <PromptForm entry={entry} {...rest} />
  )
}

type OperationEntry = Extract<CommandEntry, { readonly kind: 'operation' }>
type PromptEntry = Extract<CommandEntry, { readonly kind: 'prompt' }>

function OperationForm({ entry, onRun, onClose }: CommandFormProps<OperationEntry>) {
  const { label, operation } = entry
  const form = useRef<HTMLFormElement>(null)
  const args = useEditedValue(() => {
    const [example] = operation.examples
    return example === undefined ? {} : exampleArguments(operation, example)
  }, form)
  const schema = useMemo(() => argumentsSchema(operation), [operation])
  return (
    <Panel onClose={onClose} title={label}>
      <form
        className="space-y-3"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (args.check()) onRun(formatDirectForm(label, args.value))
        }}
        ref={form}
      >
        <p className="text-sm text-muted">{operation.description}</p>
        <LazyEditor label="Arguments" schema={schema} {...args.editor} />
        <div className="flex gap-2">
          <Button icon="play" kind="primary" type="submit">
            Run
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Panel>
  )
}

function PromptForm({ entry, onInsert, onClose }: CommandFormProps<PromptEntry>) {
  const { label, description, arguments: args } = entry
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const isComplete = args.every(({ name, required }) => !required || (values[name] ?? '') !== '')
  const render = useMutation({
    mutationFn: async () => {
      const filled = Object.entries(values).filter(([, value]) => value !== '')
      const params = { arguments: Object.fromEntries(filled), format: 'text' }
      const payload = { prompt: label, operation: 'render', params }
      const { data } = await rest.requests.send('prompt-template', payload)
      const text = isRecord(data['result']) ? data['result']['text'] : undefined
      return typeof text === 'string' ? text : ''
    },
    onSuccess: onInsert,
  })
  return (
    <Panel onClose={onClose} title={label}>
      <p className="text-sm text-muted">{description}</p>
      {args.map(({ name, description: hint, required }) => (
        <TextField
          hint={hint}
          key={name}
          label={required ? name : `${name} (optional)`}
          onChange={({ target }) => setValues({ ...values, [name]: target.value })}
          required={required}
          value={values[name] ?? ''}
        />
      ))}
      {render.error !== null && <Problem error={render.error} />}
      <div className="flex gap-2">
        <Button
          disabled={!isComplete || render.isPending}
          kind="primary"
          onClick={() => render.mutate()}
        >
          Insert into the message
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </Panel>
  )
}

interface PanelProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

function Panel({ title, onClose, children }: PanelProps) {
  const titleId = useId()
  return (
    <section
      aria-labelledby={titleId}
      className="max-h-[50dvh] space-y-3 overflow-y-auto rounded-lg border border-edge bg-surface p-3"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <header className="flex items-center justify-between">
        <h2 className="font-semibold" id={titleId}>
          <code>{title}</code>
        </h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      {children}
    </section>
  )
}
