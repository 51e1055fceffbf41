import { onTokenChange, tokenHeaders } from './token.ts'

/** Whether the service refused the last request because of a missing or invalid token. */
let isRequired = false
const listeners = new Set<() => void>()

onTokenChange(() => change(false))

/** Sends a request, and records whether its caller must sign in. */
export async function fetchSignedIn(request: Request): Promise<Response> {
  const sent = request.headers.get('authorization')
  const response = await fetch(request)
  // A late refusal of the former token does not concern the token that the user has entered since.
  const isCurrent = sent === (tokenHeaders().authorization ?? null)
  if (response.status === 401 && isCurrent) change(true)
  return response
}

/** Whether the user must sign in. */
export function isSignInRequired(): boolean {
  return isRequired
}

/** Calls a listener after each change. Returns the function that removes it. */
export function onSignInChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function change(next: boolean): void {
  if (next === isRequired) return
  isRequired = next
  for (const listener of listeners) listener()
}
