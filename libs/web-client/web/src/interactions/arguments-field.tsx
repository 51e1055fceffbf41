import { Field } from '../elements/field.tsx'

export interface ArgumentsFieldProps {
  readonly label: string
  readonly text: string
  readonly problem: string | undefined
  readonly onChange: (text: string) => void
}

/** Arguments as JSON, which the user can edit. */
export function ArgumentsField({ label, text, problem, onChange }: ArgumentsFieldProps) {
  return (
    <Field label={label} {...(problem !== undefined && { error: problem })}>
      {({ className, ...attributes }) => (
        <textarea
          {...attributes}
          className={`${className} field-sizing-content max-h-72 min-h-16 font-mono text-sm`}
          onChange={({ target }) => onChange(target.value)}
          spellCheck={false}
          value={text}
        />
      )}
    </Field>
  )
}
