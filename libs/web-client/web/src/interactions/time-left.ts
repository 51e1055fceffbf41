/** Returns the time until an expiry as text, or undefined if it has passed. */
export function timeLeft(expiresAt: number, now: number): string | undefined {
  const seconds = Math.ceil((expiresAt - now) / 1000)
  if (seconds <= 0) return undefined
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return minutes >= 10 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
}
