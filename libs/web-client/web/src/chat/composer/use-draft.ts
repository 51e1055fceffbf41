import { useState } from 'react'

const key = (id: string) => `mcp-draft-${id}`

/** Returns a text that survives a reload of the page, and the function that changes it. */
export function useDraft(id: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => read(id))
  const change = (next: string) => {
    setText(next)
    try {
      if (next === '') sessionStorage.removeItem(key(id))
      else sessionStorage.setItem(key(id), next)
    } catch {
      // Without storage, the text is lost when the page is reloaded.
    }
  }
  return [text, change]
}

function read(id: string): string {
  try {
    return sessionStorage.getItem(key(id)) ?? ''
  } catch {
    // A browser that blocks storage throws.
    return ''
  }
}
