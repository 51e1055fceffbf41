import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'
import { useId, useState } from 'react'

import type { FieldError } from '../forms/check-value.ts'
import { parseText } from '../forms/parse-text.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import type { Arguments } from './operation-call.ts'

export interface ArgumentsEditorProps {
  readonly schema: JsonSchema
  readonly args: Arguments
  readonly errors: readonly FieldError[]
  readonly offers: Readonly<Record<string, readonly string[]>>
  readonly onChange: (args: Arguments) => void
  /** Called with the problem of the JSON, or undefined if it is valid. */
  readonly onProblem: (problem: string | undefined) => void
}

/** A form and, beside it, its value as JSON, which stays as it was typed. A change of one changes the other. */
export function ArgumentsEditor({
  schema,
  args,
  errors,
  offers,
  onChange,
  onProblem,
}: ArgumentsEditorProps) {
  const id = useId()
  const [typed, setTyped] = useState<string>()
  const read = typed === undefined ? undefined : readArguments(typed)
  const problem = read !== undefined && 'problem' in read ? read.problem : undefined
  const isCurrent =
    problem !== undefined ||
    (read !== undefined && 'args' in read && JSON.stringify(read.args) === JSON.stringify(args))
  const text = typed !== undefined && isCurrent ? typed : JSON.stringify(args, null, 2)
  return (
    <div className="grid gap-4 lg:grid-cols-[3fr_2fr]">
      <div className="min-w-0">
        <SchemaForm
          errors={errors}
          offers={offers}
          onChange={(value) => {
            setTyped(undefined)
            onProblem(undefined)
            onChange(isRecord(value) ? value : {})
          }}
          schema={schema}
          value={args}
        />
      </div>
      <div className="flex min-w-0 flex-col">
        <label className="mb-0.5 text-sm font-medium" htmlFor={id}>
          Arguments as JSON
        </label>
        <textarea
          aria-describedby={problem === undefined ? undefined : `${id}-error`}
          aria-invalid={problem !== undefined || undefined}
          className="field-sizing-content max-h-[60dvh] min-h-32 grow rounded-md border border-edge bg-sunken p-2 font-mono text-sm aria-invalid:border-bad"
          id={id}
          onChange={(event) => {
            const { value } = event.currentTarget
            const changed = readArguments(value)
            setTyped(value)
            onProblem('problem' in changed ? changed.problem : undefined)
            if ('args' in changed) onChange(changed.args)
          }}
          spellCheck={false}
          value={text}
        />
        {problem !== undefined && (
          <p className="mt-0.5 text-sm text-bad" id={`${id}-error`}>
            {problem}
          </p>
        )}
      </div>
    </div>
  )
}

function readArguments(text: string) {
  if (text.trim() === '') return { args: {} }
  const parsed = parseText(text)
  if ('problem' in parsed) return parsed
  return isRecord(parsed.value)
    ? { args: parsed.value }
    : { problem: 'The arguments must be a JSON object: {…}.' }
}
