import type { RefObject } from 'react'
import { useEffect, useRef } from 'react'

/** Moves the focus to a card when it appears, if nothing or an empty text area has the focus. */
export function useCardFocus(): RefObject<HTMLElement | null> {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    const { activeElement, body } = document
    const isIdle =
      activeElement === null ||
      activeElement === body ||
      (activeElement instanceof HTMLTextAreaElement && activeElement.value === '')
    if (isIdle) card.current?.focus({ preventScroll: true })
  }, [])
  return card
}
