import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useState } from 'react'

import { TextField } from './field.tsx'

/** Values that the server suggests for the typed text. */
export interface Completion {
  readonly values: readonly string[]
  readonly hasMore: boolean
}

export interface CompletedFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** All inputs of `complete` besides the text of the field. */
  readonly completionKey: readonly unknown[]
  /** Returns the values for a text. */
  readonly complete: (typed: string, signal: AbortSignal) => Promise<Completion>
  readonly hint?: string
  readonly required?: boolean
}

/** Maximum length of a text for which values are requested. */
const maxCompleted = 1_000

/** A text field with the values that a server offers for what is typed. */
export function CompletedField({
  label,
  value,
  onChange,
  completionKey,
  complete,
  hint,
  required = false,
}: CompletedFieldProps) {
  const listId = useId()
  const typed = useDeferredValue(value)
  const [hasFocus, setFocus] = useState(false)
  const { data } = useQuery({
    queryKey: ['completion', ...completionKey, typed],
    queryFn: ({ signal }) => complete(typed, signal),
    // The values also depend on other fields. While the user types there, no values are requested for this field.
    enabled: hasFocus && typed.length <= maxCompleted,
    placeholderData: (previous) => previous,
    // Without completion, the user types the value.
    retry: false,
  })
  const more = data?.hasMore === true ? 'There are more values. Type to narrow them.' : undefined
  const hints = [hint, more].filter((text) => text !== undefined && text !== '').join(' ')
  return (
    <>
      <TextField
        hint={hints === '' ? undefined : hints}
        label={label}
        list={listId}
        onBlur={() => setFocus(false)}
        onChange={({ target }) => onChange(target.value)}
        onFocus={() => setFocus(true)}
        required={required}
        spellCheck={false}
        value={value}
      />
      <datalist id={listId}>
        {data?.values.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
    </>
  )
}
