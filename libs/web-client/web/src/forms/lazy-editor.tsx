import { lazy, Suspense } from 'react'

import { loadPart } from '../elements/load-part.ts'
import { JsonBlock } from '../elements/json-block.tsx'
import type { CheckedEditorProps } from './checked-editor.tsx'

const CheckedEditor = lazy(() => loadPart(() => import('./checked-editor.tsx')))

/**
 * A form with its JSON behind it. The code loads when an editor is first drawn. Until then, the value is
 * shown.
 */
export function LazyEditor(props: CheckedEditorProps) {
  return (
    <Suspense fallback={<JsonBlock label={props.label} value={props.value} />}>
      <CheckedEditor {...props} />
    </Suspense>
  )
}
