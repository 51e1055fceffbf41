import type { KeyboardEvent, RefObject } from 'react'
import { useId } from 'react'

import { ComposerMenu } from './composer-menu.tsx'
import type { MenuEntry } from './menu-entries.ts'
import type { Menu } from './use-menu.ts'

export interface MessageFieldProps {
  readonly text: string
  readonly field: RefObject<HTMLTextAreaElement | null>
  readonly menu: Menu
  readonly onText: (text: string) => void
  readonly onChoose: (entry: MenuEntry) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/** The text of a message, with the menu of the word at the caret. */
export function MessageField({
  text,
  field,
  menu,
  onText,
  onChoose,
  onKeyDown,
}: MessageFieldProps) {
  const hintId = useId()
  const listId = useId()
  const isListed = menu.trigger !== undefined && menu.entries.length > 0
  return (
    <>
      {menu.trigger !== undefined && (
        <ComposerMenu
          active={menu.active}
          entries={menu.entries}
          id={listId}
          kind={menu.trigger.kind}
          onChoose={onChoose}
        />
      )}
      <textarea
        aria-describedby={hintId}
        aria-label="Message"
        autoFocus
        className="field-sizing-content block max-h-60 min-h-12 w-full resize-none bg-transparent px-3 py-2 outline-none"
        {...(isListed && {
          'aria-activedescendant': `${listId}-${menu.active}`,
          'aria-autocomplete': 'list' as const,
          'aria-controls': listId,
        })}
        onBlur={menu.close}
        onChange={({ target }) => {
          onText(target.value)
          menu.update(target.value, target.selectionStart)
        }}
        onKeyDown={onKeyDown}
        placeholder="Ask something. / for operations and prompts, @ for files"
        ref={field}
        value={text}
      />
      <span className="sr-only" id={hintId}>
        Enter sends, Shift and Enter break the line. A slash opens the list of direct forms, prompts
        and operations, and an at sign the list of files and resources.
      </span>
    </>
  )
}
