import { useEffect, useState } from 'react'

const settleMs = 250

/** Returns a text once it has not changed for a moment, so that not every key starts a search. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), text === '' ? 0 : settleMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
