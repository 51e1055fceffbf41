import type { JsonSchema } from '@mcp/protocol'
import { useCallback, useId, useMemo, useRef } from 'react'

import type { FieldError } from './check/check-value.ts'
import { FormContext } from './fields/form-context.ts'
import { formOf } from './schema/form-part.ts'
import { PartField } from './fields/part-field.tsx'

export interface SchemaFormProps {
  readonly schema: JsonSchema
  readonly value: unknown
  /** Called with the changed value. `undefined` means that nothing is sent. */
  readonly onChange: (value: unknown) => void
  readonly errors?: readonly FieldError[]
  /** Values to offer for text fields, by the name of a top-level field or the `offerKey` of a nested one. */
  readonly offers?: Readonly<Record<string, readonly string[]>>
  /** Called with the problem of a text that is not a valid value, such as invalid JSON, or undefined if there is none. */
  readonly onProblem?: (problem: string | undefined) => void
}

const none: readonly FieldError[] = []
const noOffers = {}

/**
 * A form for a value of a JSON Schema. It changes only what the user changes: it fills in no defaults, and
 * keeps the parts of the value that it cannot draw. Required fields come first, and the optional ones can be
 * folded.
 */
export function SchemaForm({
  schema,
  value,
  onChange,
  errors = none,
  offers = noOffers,
  onProblem,
}: SchemaFormProps) {
  const { part } = useMemo(() => formOf(schema), [schema])
  const id = useId()
  const problems = useRef(new Map<string, string>())
  const report = useCallback(
    (field: string, problem: string | undefined) => {
      const before = problems.current.size
      if (problem === undefined) problems.current.delete(field)
      else problems.current.set(field, problem)
      const [first] = problems.current.values()
      if (before + problems.current.size > 0) onProblem?.(first)
    },
    [onProblem],
  )
  const context = useMemo(
    () => ({ id, errors, offers, onProblem: report }),
    [id, errors, offers, report],
  )
  return (
    <FormContext value={context}>
      <PartField isRequired name="" onChange={onChange} part={part} path={[]} value={value} />
    </FormContext>
  )
}
