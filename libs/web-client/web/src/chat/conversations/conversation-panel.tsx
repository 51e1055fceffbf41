import type { ReactNode } from 'react'
import { useEffect, useEffectEvent, useRef } from 'react'

import { IconButton } from '../../elements/button.tsx'

export interface ConversationPanelProps {
  /** Whether the column is shown in a narrow window. A wide window always shows the column. */
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * The column of the conversations. In a narrow window, the column covers the view, and closes with its
 * button, with Escape or with a click beside the column.
 */
export function ConversationPanel({ isOpen, onClose, children }: ConversationPanelProps) {
  const panel = useRef<HTMLDivElement>(null)
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) onClose()
  })
  useEffect(() => {
    if (!isOpen) return undefined
    document.addEventListener('keydown', onKeyDown)
    const opener = document.activeElement
    panel.current?.querySelector('button')?.focus()
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      // The address may have changed, so that the element that opened the panel no longer exists.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [isOpen])
  return (
    <>
      {isOpen && (
        <div
          aria-hidden="true"
          className="absolute inset-0 z-20 bg-black/40 md:hidden"
          onClick={onClose}
        />
      )}
      <div
        className={`${isOpen ? 'absolute inset-y-0 left-0 z-20 flex w-72 max-w-[85%] bg-surface shadow-xl' : 'hidden'} shrink-0 flex-col border-r border-line md:static md:flex md:w-60 md:bg-raised md:shadow-none`}
        ref={panel}
      >
        <div className="flex justify-end p-1 pb-0 md:hidden">
          <IconButton icon="close" label="Close the conversations" onClick={onClose} />
        </div>
        <div className="min-h-0 grow">{children}</div>
      </div>
    </>
  )
}
