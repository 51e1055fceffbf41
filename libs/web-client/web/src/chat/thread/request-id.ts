/** Returns the conversation of a run. */
export function conversationOf(runId: string): string {
  return runId.slice(0, runId.lastIndexOf('.'))
}

/** Returns the id of the request of a call. As in the service, a long call id of a provider is hashed. */
export async function requestIdOf(runId: string, callId: string): Promise<string> {
  if (/^[\w-]{1,64}$/.test(callId)) return `${runId}.${callId}`
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(callId))
  const base64 = btoa(String.fromCharCode(...new Uint8Array(hash)))
  return `${runId}.${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`
}
