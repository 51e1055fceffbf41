import { useMemo, useRef } from 'react'

import { argumentsSchema, exampleArguments } from '../../console/operation-call.ts'
import { Button } from '../../elements/button.tsx'
import { LazyEditor } from '../../forms/lazy-editor.tsx'
import { useEditedValue } from '../../forms/use-edited-value.ts'
import type { CommandEntry, CommandFormProps } from './command-form-props.ts'
import { CommandPanel } from './command-panel.tsx'
import { formatDirectForm } from './format-direct-form.ts'

type OperationEntry = Extract<CommandEntry, { readonly kind: 'operation' }>

/**
 * The arguments of an operation, which runs as a direct form. The fields start with the values of the first
 * example.
 */
export function OperationForm({ entry, onRun, onClose }: CommandFormProps<OperationEntry>) {
  const { label, operation } = entry
  const form = useRef<HTMLFormElement>(null)
  const args = useEditedValue(() => {
    const [example] = operation.examples
    return example === undefined ? {} : exampleArguments(operation, example)
  }, form)
  const schema = useMemo(() => argumentsSchema(operation), [operation])
  return (
    <CommandPanel description={operation.description} onClose={onClose} title={label}>
      <form
        className="space-y-3"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (args.check()) onRun(formatDirectForm(label, args.value))
        }}
        ref={form}
      >
        <LazyEditor label="Arguments" schema={schema} {...args.editor} />
        <div className="flex gap-2">
          <Button icon="play" kind="primary" type="submit">
            Run
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </CommandPanel>
  )
}
