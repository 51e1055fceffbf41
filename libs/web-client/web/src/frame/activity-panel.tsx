import { lazy, Suspense, useEffect, useState } from 'react'
import { useRoute } from 'wouter'

import { loadPart } from '../elements/load-part.ts'
import { IconButton } from '../elements/button.tsx'

const ActivityPanel = lazy(() => loadPart(() => import('../activity/panel.tsx')))

const key = 'mcp-activity-panel'

/** Whether the activity panel is open. Ctrl or ⌘ + J opens and closes it. */
export function useActivityPanel() {
  const [isOpen, setOpen] = useState(readIsOpen)
  // The view of the activity shows the same, so it has no panel.
  const [isActivityView] = useRoute('/activity/*?')
  useEffect(() => {
    remember(isOpen)
  }, [isOpen])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'j') return
      event.preventDefault()
      setOpen((open) => !open)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
  return { isOpen: isOpen && !isActivityView, isAvailable: !isActivityView, setOpen }
}

export function ActivityPanelButton({
  isOpen,
  onToggle,
}: {
  readonly isOpen: boolean
  readonly onToggle: () => void
}) {
  return (
    <IconButton
      aria-pressed={isOpen}
      className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
      icon="activity"
      label="Activity panel"
      onClick={onToggle}
    />
  )
}

/** The activity panel at the right of a view or, in a narrow window, over its lower part. */
export function DockedActivity({ onClose }: { readonly onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <ActivityPanel onClose={onClose} />
    </Suspense>
  )
}

function readIsOpen(): boolean {
  try {
    // A narrow window would start with a covered view.
    return localStorage.getItem(key) === 'open' && matchMedia('(min-width: 40rem)').matches
  } catch {
    // A browser that blocks storage throws.
    return false
  }
}

function remember(isOpen: boolean): void {
  try {
    localStorage.setItem(key, isOpen ? 'open' : 'closed')
  } catch {
    // Without storage, the panel is closed after a reload.
  }
}
