import { MergeView, unifiedMergeView } from '@codemirror/merge'
import type { Extension } from '@codemirror/state'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { RefObject } from 'react'
import { useEffect, useRef, useState } from 'react'

import { contentAttributes, readOnlyBasics } from './editor-extensions.ts'
import type { CodeLanguage } from './languages.ts'
import { languageExtension } from './languages.ts'

export interface DiffViewProps {
  readonly before: string
  readonly after: string
  readonly language: CodeLanguage
  /** Names of the versions. Default: `Before` and `After`. */
  readonly beforeLabel?: string
  readonly afterLabel?: string
  readonly className?: string
}

/** Minimum width for two columns, in pixels. */
const minColumnsWidth = 720

const diffTheme = EditorView.theme({
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--color-bad-soft)' },
  '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': {
    backgroundColor: 'var(--color-good-soft)',
  },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'color-mix(in srgb, var(--color-bad) 22%, transparent)',
  },
  '&.cm-merge-b .cm-changedText': {
    background: 'color-mix(in srgb, var(--color-good) 22%, transparent)',
  },
  '.cm-collapsedLines': {
    background: 'var(--color-sunken)',
    color: 'var(--color-muted)',
    padding: '2px 8px',
  },
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '""', margin: '0' },
})

/** The loaded view of `DiffEditor`. */
export default function DiffView({
  before,
  after,
  language,
  beforeLabel = 'Before',
  afterLabel = 'After',
  className = '',
}: DiffViewProps) {
  const frame = useRef<HTMLDivElement>(null)
  const isNarrow = useIsNarrow(frame, minColumnsWidth)
  const [isWhole, setWhole] = useState(false)

  useEffect(() => {
    if (frame.current === null || isNarrow === undefined) return undefined
    const parent = frame.current
    const collapsing = isWhole ? {} : { collapseUnchanged: { margin: 3, minSize: 6 } }
    const extensions = (label: string): Extension => [
      readOnlyBasics(),
      diffTheme,
      languageExtension(language),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      contentAttributes({ label, isReadOnly: true }),
    ]
    const view = isNarrow
      ? new EditorView({
          parent,
          doc: after,
          extensions: [
            extensions(`${beforeLabel} and ${afterLabel}`),
            unifiedMergeView({ original: before, mergeControls: false, ...collapsing }),
          ],
        })
      : new MergeView({
          parent,
          a: { doc: before, extensions: extensions(beforeLabel) },
          b: { doc: after, extensions: extensions(afterLabel) },
          ...collapsing,
        })
    return () => view.destroy()
  }, [isNarrow, isWhole, before, after, language, beforeLabel, afterLabel])

  return (
    <section
      aria-label="Differences"
      className={`rounded-md border border-edge bg-surface ${className}`}
    >
      <header className="flex items-center gap-4 border-b border-line bg-raised px-3 py-1 text-sm text-muted">
        <span className="flex-1">{before === after ? 'The texts are equal.' : beforeLabel}</span>
        {before !== after && isNarrow === false && <span className="flex-1">{afterLabel}</span>}
        <label className="flex items-center gap-1">
          <input
            checked={isWhole}
            onChange={(event) => setWhole(event.currentTarget.checked)}
            type="checkbox"
          />
          All lines
        </label>
      </header>
      <div ref={frame} />
    </section>
  )
}

/** Whether an element is narrower than a width. Undefined until it has been measured. */
function useIsNarrow(element: RefObject<HTMLElement | null>, width: number): boolean | undefined {
  const [isNarrow, setNarrow] = useState<boolean>()
  useEffect(() => {
    if (element.current === null) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setNarrow(entry.contentRect.width < width)
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element, width])
  return isNarrow
}
