import type { ReactNode } from 'react'
import { useId, useLayoutEffect, useRef } from 'react'

import { IconButton } from './button.tsx'

export interface DialogProps {
  readonly title: string
  /** Called when the user closes the dialog, also with Escape. */
  readonly onClose: () => void
  /** If false, the dialog has no button to close it, and Escape does nothing. Default: true. */
  readonly isDismissible?: boolean
  readonly children: ReactNode
  readonly className?: string
}

/**
 * A modal dialog, open as long as it is rendered. Its first field has the focus. At the end, the browser
 * moves the focus back to the element that had it before.
 */
export function Dialog({
  title,
  onClose,
  isDismissible = true,
  children,
  className = '',
}: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  // The browser moves the focus back only if the dialog is closed before React removes it.
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    // The browser would focus the button that closes the dialog.
    dialog?.querySelector<HTMLElement>('input, textarea, select')?.focus()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      aria-labelledby={titleId}
      className={`m-auto max-h-[90dvh] w-full max-w-xl overflow-auto rounded-lg border border-line bg-surface p-0 text-text shadow-xl ${className}`}
      onCancel={(event) => {
        event.preventDefault()
        if (isDismissible) onClose()
      }}
      onKeyDown={(event) => {
        // Escape closes the dialog only, not also the element that contains it.
        if (event.key === 'Escape') event.stopPropagation()
      }}
      ref={element}
    >
      <header className="flex items-center justify-between gap-2 border-b border-line px-4 py-2">
        <h2 className="text-lg font-semibold" id={titleId}>
          {title}
        </h2>
        {isDismissible && <IconButton icon="close" label="Close" onClick={onClose} />}
      </header>
      <div className="p-4">{children}</div>
    </dialog>
  )
}
