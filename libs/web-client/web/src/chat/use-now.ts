import { useEffect, useState } from 'react'

/** Returns the current time, renewed every second while `isActive`. */
export function useNow(isActive: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isActive) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isActive])
  return now
}
