import { useEffect, useState } from 'react'

export interface NowOptions {
  /** Default: a second. */
  readonly everyMs?: number
  /** If false, the time is not updated. Default: true. */
  readonly isActive?: boolean
}

/** Returns the current time, and renders again after each interval. */
export function useNow({ everyMs = 1000, isActive = true }: NowOptions = {}): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isActive) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs, isActive])
  return now
}
