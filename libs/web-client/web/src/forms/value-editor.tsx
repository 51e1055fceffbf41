import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'
import { useEffect, useMemo, useState } from 'react'

import type { FieldError } from './check/check-value.ts'
import { formOf } from './schema/form-part.ts'
import type { TextProblem } from './json-text.tsx'
import { JsonText } from './json-text.tsx'
import { SchemaForm } from './schema-form.tsx'
import { parseText } from './fields/parse-text.ts'

type Values = Readonly<Record<string, unknown>>

export interface ValueEditorProps {
  /** Name of the values, such as `Arguments`. */
  readonly label: string
  readonly schema: JsonSchema
  readonly value: Values
  readonly errors: readonly FieldError[]
  readonly offers?: Readonly<Record<string, readonly string[]>>
  readonly onChange: (value: Values) => void
  /** Called with the problem of a text that is not a valid value, or undefined if there is none. */
  readonly onProblem: (problem: string | undefined) => void
  /** Whether the JSON is folded behind the form. Default: it is beside the form. */
  readonly isJsonFolded?: boolean
}

/**
 * A form and its value as JSON, which stays as it was typed. A change of one changes the other. A schema
 * that no form can edit has the JSON alone, with the reason.
 */
export function ValueEditor({
  label,
  schema,
  value,
  errors,
  offers,
  onChange,
  onProblem,
  isJsonFolded = false,
}: ValueEditorProps) {
  const [typed, setTyped] = useState<string>()
  const [fieldProblem, setFieldProblem] = useState<string>()
  const [isUnfolded, setUnfolded] = useState(false)
  const read = useMemo(() => (typed === undefined ? undefined : readValues(typed)), [typed])
  const problem = read !== undefined && 'problem' in read ? read.problem : undefined
  const isCurrent =
    problem !== undefined ||
    (read !== undefined && 'value' in read && JSON.stringify(read.value) === JSON.stringify(value))
  const text = typed !== undefined && isCurrent ? typed : JSON.stringify(value, null, 2)
  const { part } = useMemo(() => formOf(schema), [schema])
  useEffect(() => onProblem(problem?.message ?? fieldProblem), [problem, fieldProblem, onProblem])

  const json = (
    <JsonText
      label={`${label} as JSON`}
      onChange={(changed) => {
        const next = readValues(changed)
        setTyped(changed)
        if ('value' in next) onChange(next.value)
      }}
      onDiscard={() => setTyped(undefined)}
      problem={problem}
      text={text}
    />
  )
  if (part.kind === 'json') {
    return (
      <div className="space-y-1">
        <p className="text-sm text-muted">No form can edit this value. {part.reason}</p>
        {json}
      </div>
    )
  }
  const form = (
    // The form is disabled while the text is not a valid value. A change in the form would replace the text.
    <fieldset className="min-w-0" disabled={problem !== undefined}>
      <legend className="sr-only">{label}</legend>
      <SchemaForm
        errors={errors}
        {...(offers !== undefined && { offers })}
        onChange={(changed) => {
          setTyped(undefined)
          onChange(isRecord(changed) ? changed : {})
        }}
        onProblem={setFieldProblem}
        schema={schema}
        value={value}
      />
    </fieldset>
  )
  return isJsonFolded ? (
    <div className="space-y-2">
      {form}
      <details onToggle={({ currentTarget }) => setUnfolded(currentTarget.open)}>
        <summary className="text-sm font-medium text-muted">{label} as JSON</summary>
        {isUnfolded && json}
      </details>
    </div>
  ) : (
    <div className="grid gap-4 lg:grid-cols-[3fr_2fr]">
      {form}
      {json}
    </div>
  )
}

function readValues(text: string): { readonly value: Values } | { readonly problem: TextProblem } {
  if (text.trim() === '') return { value: {} }
  const parsed = parseText(text)
  if ('problem' in parsed) return { problem: { message: parsed.problem, line: parsed.line } }
  return isRecord(parsed.value)
    ? { value: parsed.value }
    : { problem: { message: 'The value must be a JSON object: {…}.' } }
}
