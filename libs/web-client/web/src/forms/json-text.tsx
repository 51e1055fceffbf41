import { useId, useMemo, useRef } from 'react'

import { CodeEditor } from '../editor/code-editor.tsx'

/** A reason why a text is not a valid value. */
export interface TextProblem {
  readonly message: string
  /** Number of the line with the error, if it is known. */
  readonly line?: number
}

export interface JsonTextProps {
  readonly label: string
  readonly text: string
  readonly problem: TextProblem | undefined
  readonly onChange: (text: string) => void
  /** Called when the user gives up a text with a problem. */
  readonly onDiscard: () => void
}

/** A JSON text with its problem. Ctrl-Enter, or ⌘-Enter on a Mac, submits the form around it. */
export function JsonText({ label, text, problem, onChange, onDiscard }: JsonTextProps) {
  const id = useId()
  const frame = useRef<HTMLDivElement>(null)
  const diagnostics = useMemo(() => diagnosticsOf(text, problem), [text, problem])
  const hasProblem = problem !== undefined
  return (
    <div className="flex min-w-0 flex-col" ref={frame}>
      <span aria-hidden="true" className="mb-0.5 text-sm font-medium">
        {label}
      </span>
      <CodeEditor
        className="max-h-[60dvh] min-h-32 grow"
        diagnostics={diagnostics}
        isInvalid={hasProblem}
        // The keyboard walks through the form, so Tab must leave the editor.
        isTabIndenting={false}
        label={label}
        language="json"
        onChange={onChange}
        onSubmit={() => frame.current?.closest('form')?.requestSubmit()}
        value={text}
        {...(hasProblem && { describedBy: `${id}-error` })}
      />
      {hasProblem && (
        <p className="mt-0.5 text-sm text-bad" id={`${id}-error`}>
          {problem.message}{' '}
          <button className="underline" onClick={onDiscard} type="button">
            Discard the change
          </button>
        </p>
      )}
    </div>
  )
}

/** Returns the mark of the line with the error. */
function diagnosticsOf(text: string, problem: TextProblem | undefined) {
  if (problem?.line === undefined) return []
  const lines = text.split('\n')
  const from = lines.slice(0, problem.line - 1).reduce((sum, { length }) => sum + length + 1, 0)
  const to = from + (lines[problem.line - 1]?.length ?? 0)
  return [{ from, to, severity: 'error', message: problem.message }] as const
}
