import type { ReactNode } from 'react'
import { useEffect, useId, useRef } from 'react'

import { IconButton } from '../../elements/button.tsx'

export interface CommandPanelProps {
  readonly title: string
  readonly description: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * The frame of a form in place of the composer. The first field of the form has the focus. Until that field
 * is loaded, the frame has the focus. Escape closes the form.
 */
export function CommandPanel({ title, description, onClose, children }: CommandPanelProps) {
  const titleId = useId()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    const field = panel.current?.querySelector<HTMLElement>('input, textarea, select')
    const target = field ?? panel.current
    target?.focus()
  }, [])
  return (
    <section
      aria-labelledby={titleId}
      className="max-h-[60dvh] space-y-3 overflow-y-auto rounded-lg border border-edge bg-surface p-3"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
      ref={panel}
      tabIndex={-1}
    >
      <header className="flex items-center justify-between">
        <h2 className="font-semibold" id={titleId}>
          <code>{title}</code>
        </h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <p className="text-sm text-muted">{description}</p>
      {children}
    </section>
  )
}
