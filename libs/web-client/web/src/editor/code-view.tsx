import type { CompletionSource } from '@codemirror/autocomplete'
import type { RefObject } from 'react'
import { useEffect, useId, useRef } from 'react'
import { flushSync } from 'react-dom'

import type { CodeLanguage } from './languages.ts'
import type { CodeDiagnostic, TextEditor, TextSelection } from './text-editor.ts'
import { createTextEditor } from './text-editor.ts'

export interface CodeViewProps {
  readonly value: string
  readonly language: CodeLanguage
  /** Name for assistive technology. */
  readonly label: string
  /** Called with the changed text. Without this function, the text is read-only. */
  readonly onChange?: (value: string) => void
  /** Called for Ctrl-Enter, or ⌘-Enter on a Mac. */
  readonly onSubmit?: (selection: TextSelection) => void
  readonly onSelect?: (selection: TextSelection) => void
  /** Offers completions, in addition to those of the language. */
  readonly completion?: CompletionSource
  readonly diagnostics?: readonly CodeDiagnostic[]
  /** Shown while the text is empty. */
  readonly placeholder?: string
  /** Ids of elements that describe the text, such as its error. */
  readonly describedBy?: string
  readonly isInvalid?: boolean
  /** Number of the first line. Default: 1. */
  readonly firstLine?: number
  /** Number of a line that is selected and scrolled to. Default: none. */
  readonly shownLine?: number
  /** If false, Tab moves the focus. Default: true. */
  readonly isTabIndenting?: boolean
  /** Classes of the frame, such as its height. Default height: that of the text. */
  readonly className?: string
}

/** The loaded editor of `CodeEditor`. */
export default function CodeView(props: CodeViewProps) {
  const { onChange, isTabIndenting = true, isInvalid = false, className = '' } = props
  const hintId = useId()
  const frame = useRef<HTMLDivElement>(null)
  const isIndenting = isTabIndenting && onChange !== undefined
  useEditor(frame, props, isIndenting ? hintId : undefined)
  return (
    <div
      className={`overflow-hidden rounded-md border bg-surface focus-within:border-accent ${
        isInvalid ? 'border-bad' : 'border-edge'
      } ${className}`}
      ref={frame}
    >
      {isIndenting && (
        <span className="sr-only" id={hintId}>
          Press Escape and then Tab to leave the editor.
        </span>
      )}
    </div>
  )
}

const noDiagnostics: readonly CodeDiagnostic[] = []

/** Creates the editor when its frame is drawn, and applies the changes of its properties. */
function useEditor(
  frame: RefObject<HTMLDivElement | null>,
  props: CodeViewProps,
  hintId: string | undefined,
): void {
  const editor = useRef<TextEditor>(undefined)
  const latest = useRef(props)
  const { value, diagnostics = noDiagnostics } = props
  const { firstLine = 1, shownLine } = props
  const { language, label, completion, placeholder, describedBy, isInvalid = false } = props
  const isReadOnly = props.onChange === undefined
  const description = [describedBy, hintId].filter((id) => id !== undefined).join(' ')

  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    if (frame.current === null) return undefined
    const created = createTextEditor({
      parent: frame.current,
      text: latest.current.value,
      // The change is applied at once. Otherwise a key that runs the text, pressed before React renders,
      // would run the old text.
      onChange: (text) => flushSync(() => latest.current.onChange?.(text)),
      onSelect: (selection) => latest.current.onSelect?.(selection),
      onSubmit: (selection) => {
        latest.current.onSubmit?.(selection)
        return latest.current.onSubmit !== undefined
      },
    })
    editor.current = created
    return () => created.close()
  }, [frame])
  useEffect(() => editor.current?.setText(value), [value])
  useEffect(() => {
    editor.current?.setSettings({
      language,
      label,
      isReadOnly,
      isTabIndenting: hintId !== undefined,
      isInvalid,
      description,
      completion,
      placeholder,
      firstLine,
    })
  }, [
    language,
    label,
    isReadOnly,
    hintId,
    isInvalid,
    description,
    completion,
    placeholder,
    firstLine,
  ])
  useEffect(() => {
    if (shownLine !== undefined) editor.current?.showLine(shownLine - firstLine + 1)
  }, [shownLine, firstLine])
  useEffect(() => editor.current?.setDiagnostics(diagnostics), [diagnostics])
}
