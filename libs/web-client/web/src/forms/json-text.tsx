import { useId } from 'react'

export interface JsonTextProps {
  readonly label: string
  readonly text: string
  readonly problem: string | undefined
  readonly onChange: (text: string) => void
  /** Called when the user gives up a text with a problem. */
  readonly onDiscard: () => void
}

/** A JSON text with its problem. */
export function JsonText({ label, text, problem, onChange, onDiscard }: JsonTextProps) {
  const id = useId()
  return (
    <div className="flex min-w-0 flex-col">
      <label className="mb-0.5 text-sm font-medium" htmlFor={id}>
        {label}
      </label>
      <textarea
        aria-describedby={problem === undefined ? undefined : `${id}-error`}
        aria-invalid={problem !== undefined || undefined}
        className="field-sizing-content max-h-[60dvh] min-h-32 grow rounded-md border border-edge bg-sunken p-2 font-mono text-sm aria-invalid:border-bad"
        id={id}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        spellCheck={false}
        value={text}
      />
      {problem !== undefined && (
        <p className="mt-0.5 text-sm text-bad" id={`${id}-error`}>
          {problem}{' '}
          <button className="underline" onClick={onDiscard} type="button">
            Discard the change
          </button>
        </p>
      )}
    </div>
  )
}
