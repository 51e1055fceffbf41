import { isRecord } from '@mcp/protocol/light'
import type { RefObject } from 'react'
import { useState } from 'react'

import { withoutUndefined } from './fields/change-value.ts'
import type { EditorState } from './checked-editor.tsx'

type Values = Readonly<Record<string, unknown>>

/** State of a `LazyEditor` in an element, such as a card, whose button sends the value. */
export function useEditedValue(create: () => Values, element: RefObject<HTMLElement | null>) {
  const [initial] = useState(create)
  const [value, setValue] = useState(initial)
  const [state, setState] = useState<EditorState>('valid')
  const [isTried, setTried] = useState(false)
  const cleaned = withoutUndefined(value)
  return {
    /** The value without the members that are not set. */
    value: isRecord(cleaned) ? cleaned : {},
    isEdited: value !== initial || state === 'unreadable',
    editor: { value, onChange: setValue, onState: setState, isTried },
    /** Returns whether the value can be sent. If not, its errors are shown, and the first one gets the focus. */
    check(): boolean {
      setTried(true)
      if (state === 'valid') return true
      requestAnimationFrame(() =>
        element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      )
      return false
    },
  }
}
