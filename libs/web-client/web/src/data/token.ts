// The browser keeps the token for this tab until the tab is closed. Pages of other origins cannot read it.
const key = 'mcp-token'
let token = read()
const listeners = new Set<() => void>()

/** Returns the token of the user, or an empty string. */
export function currentToken(): string {
  return token
}

/** Returns the header that sends the token, or no header without one. */
export function tokenHeaders(): { readonly authorization?: string } {
  return token === '' ? {} : { authorization: `Bearer ${token}` }
}

export function setToken(text: string): void {
  token = text
  try {
    sessionStorage.setItem(key, text)
  } catch {
    // Without storage, the token is lost when the page is reloaded.
  }
  for (const listener of listeners) listener()
}

/** Calls a listener after each change of the token. Returns the function that removes it. */
export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(): string {
  try {
    return sessionStorage.getItem(key) ?? ''
  } catch {
    // A browser that blocks storage throws.
    return ''
  }
}
