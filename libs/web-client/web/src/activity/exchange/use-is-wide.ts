import type { RefObject } from 'react'
import { useEffect, useState } from 'react'

/** Width from which all columns have space, in pixels. */
const wideFrom = 640

/** Whether an element has space for all columns. */
export function useIsWide(ref: RefObject<HTMLElement | null>): boolean {
  const [isWide, setWide] = useState(false)
  useEffect(() => {
    const { current } = ref
    if (current === null) return undefined
    const observer = new ResizeObserver(([entry]) => {
      setWide((entry?.contentRect.width ?? 0) >= wideFrom)
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [ref])
  return isWide
}
