import type { JsonSchema } from '@mcp/protocol'
import { useId, useMemo } from 'react'

import type { FieldError } from './check-value.ts'
import { FormContext } from './form-context.ts'
import { formOf } from './form-part.ts'
import { PartField } from './part-field.tsx'

export interface SchemaFormProps {
  readonly schema: JsonSchema
  readonly value: unknown
  /** Called with the changed value. `undefined` means that nothing is sent. */
  readonly onChange: (value: unknown) => void
  readonly errors?: readonly FieldError[]
  /** Values to offer for text fields, by the name of the field. */
  readonly offers?: Readonly<Record<string, readonly string[]>>
}

const none: readonly FieldError[] = []
const noOffers = {}

/**
 * A form for a value of a JSON Schema. It changes only what the user changes: it fills in no defaults, and keeps
 * what it cannot draw. Required fields come first, and the optional ones can be folded.
 */
export function SchemaForm({
  schema,
  value,
  onChange,
  errors = none,
  offers = noOffers,
}: SchemaFormProps) {
  const { part } = useMemo(() => formOf(schema), [schema])
  const id = useId()
  const context = useMemo(() => ({ id, errors, offers }), [id, errors, offers])
  return (
    <FormContext value={context}>
      <PartField isRequired name="" onChange={onChange} part={part} path={[]} value={value} />
    </FormContext>
  )
}
