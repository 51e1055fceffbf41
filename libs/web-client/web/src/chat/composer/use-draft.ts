import { useState } from 'react'

const key = (id: string) => `mcp-draft-${id}`

/** Returns a text that survives a reload of the page, and the function that changes it. */
export function useDraft(id: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => read(id))
  const change = (next: string) => {
    setText(next)
    write(id, next)
  }
  return [text, change]
}

/** Puts a text before the draft of a conversation that is not on the page. */
export function addToDraft(id: string, text: string): void {
  const before = read(id)
  write(id, before === text ? text : joinDraft(text, before))
}

/** Returns a text followed by the draft, with an empty line between them. */
export function joinDraft(text: string, draft: string): string {
  return draft === '' ? text : `${text}\n\n${draft}`
}

function write(id: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(key(id))
    else sessionStorage.setItem(key(id), text)
  } catch {
    // Without storage, the text is lost when the page is reloaded.
  }
}

function read(id: string): string {
  try {
    return sessionStorage.getItem(key(id)) ?? ''
  } catch {
    // A browser that blocks storage throws.
    return ''
  }
}
