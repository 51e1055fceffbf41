import type { JsonSchema } from '@mcp/protocol'
import { useEffect, useState } from 'react'

import { withoutUndefined } from './fields/change-value.ts'
import { checkValue } from './check/check-value.ts'
import { ValueEditor } from './value-editor.tsx'

/**
 * Whether the value can be sent. `unreadable`: the text is not JSON, so the value is still that of an earlier
 * text.
 */
export type EditorState = 'valid' | 'invalid' | 'unreadable'

export interface CheckedEditorProps {
  /** Name of the values, such as `Arguments`. */
  readonly label: string
  readonly schema: JsonSchema
  readonly value: Readonly<Record<string, unknown>>
  readonly onChange: (value: Readonly<Record<string, unknown>>) => void
  readonly onState: (state: EditorState) => void
  /** Whether the errors are shown. A user who has not tried to send the value is still entering it. */
  readonly isTried: boolean
}

const noErrors = [] as const

/** The loaded editor of `LazyEditor`. */
export default function CheckedEditor(props: CheckedEditorProps) {
  const { label, schema, value, onChange, onState, isTried } = props
  const [problem, setProblem] = useState<string>()
  const errors = checkValue(schema, withoutUndefined(value))
  const state = problem === undefined ? (errors.length === 0 ? 'valid' : 'invalid') : 'unreadable'
  useEffect(() => onState(state), [state, onState])
  return (
    <ValueEditor
      errors={isTried ? errors : noErrors}
      isJsonFolded
      label={label}
      onChange={onChange}
      onProblem={setProblem}
      schema={schema}
      value={value}
    />
  )
}
