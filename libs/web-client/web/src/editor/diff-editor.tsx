import { lazy, Suspense } from 'react'

import { loadPart } from '../elements/load-part.ts'
import type { DiffViewProps } from './diff-view.tsx'

const DiffView = lazy(() => loadPart(() => import('./diff-view.tsx')))

/**
 * Two versions of a text with their differences, side by side, or one below the other in a narrow place. The
 * library loads when an editor is first drawn.
 */
export function DiffEditor(props: DiffViewProps) {
  return (
    <Suspense fallback={<p className="p-2 text-muted">Comparing…</p>}>
      <DiffView {...props} />
    </Suspense>
  )
}
