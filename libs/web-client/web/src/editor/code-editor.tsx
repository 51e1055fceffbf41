import { lazy, Suspense } from 'react'

import { loadPart } from '../elements/load-part.ts'
import type { CodeViewProps } from './code-view.tsx'

const CodeView = lazy(() => loadPart(() => import('./code-view.tsx')))

/**
 * An editor for code. Its library loads when the first editor is drawn. Tab indents; Escape and then Tab
 * leave the editor. Without `onChange`, the text is read-only.
 */
export function CodeEditor(props: CodeViewProps) {
  return (
    <Suspense fallback={<LoadingCode {...props} />}>
      <CodeView {...props} />
    </Suspense>
  )
}

/** The start of the text in the place of the editor. A long text is not laid out twice. */
function LoadingCode({ value, label, className = '' }: CodeViewProps) {
  return (
    <div
      aria-busy="true"
      aria-label={label}
      className={`overflow-hidden rounded-md border border-edge bg-surface ${className}`}
      role="group"
    >
      <pre className="py-1 pl-10 font-mono text-sm text-muted">{value.slice(0, 4096)}</pre>
    </div>
  )
}
