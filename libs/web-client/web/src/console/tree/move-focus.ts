import type { KeyboardEvent } from 'react'

/**
 * Moves the focus from a search into its list, and along the items of the list, with the keys of a tree:
 * up, down, Home and End; right opens a group, and left closes it or moves to the group of an item.
 */
export function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  if (list === null) return
  const items = Array.from(list.querySelectorAll<HTMLElement>('a, summary')).filter((item) =>
    item.checkVisibility(),
  )
  const at = items.findIndex((item) => item === document.activeElement)
  const next = nextItem(event.key, items, at)
  if (next === undefined) return
  event.preventDefault()
  if (next === 'toggle') items[at]?.click()
  else next.focus()
}

function nextItem(
  key: string,
  items: readonly HTMLElement[],
  at: number,
): HTMLElement | 'toggle' | undefined {
  if (key === 'ArrowDown') return items[at + 1]
  if (key === 'ArrowUp') return items[at - 1]
  // In the search field, these keys move the caret.
  const item = items[at]
  if (item === undefined) return undefined
  if (key === 'Home') return items[0]
  if (key === 'End') return items.at(-1)
  const group = item.closest('details')
  const isGroup = item.tagName === 'SUMMARY'
  if (key === 'ArrowRight' && isGroup) return group?.open === true ? items[at + 1] : 'toggle'
  if (key !== 'ArrowLeft' || group === null) return undefined
  if (!isGroup) return group.querySelector('summary') ?? undefined
  return group.open ? 'toggle' : undefined
}
