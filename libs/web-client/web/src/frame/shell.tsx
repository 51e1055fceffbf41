import { lazy, Suspense, useEffect, useState } from 'react'
import { useLocation } from 'wouter'

import { loadPart } from '../elements/load-part.ts'
import { Button } from '../elements/button.tsx'
import { ActivityPanelButton, DockedActivity, useActivityPanel } from './activity-panel.tsx'
import { ConnectionStatus } from './connection-status.tsx'
import { useFollowSession } from './follow-session.ts'
import { KeysDialog } from './keys-dialog.tsx'
import { ModelMenu } from './model-menu.tsx'
import { Outlet } from './outlet.tsx'
import { addVisited } from './palette/recent.ts'
import { Rail } from './rail.tsx'
import { SessionMenu } from './session/session-menu.tsx'
import { SignInDialog } from './sign-in-dialog.tsx'
import { ThemeButton } from './theme-button.tsx'
import { WaitingMenu } from './waiting-menu.tsx'

const Palette = lazy(() => loadPart(() => import('./palette/palette.tsx')))

/** The frame around each view. */
export function Shell() {
  const isOutOfDate = useFollowSession()
  const [location] = useLocation()
  useEffect(() => addVisited(location), [location])
  const [dialog, setDialog] = useFrameDialog()
  const panel = useActivityPanel()
  const close = () => setDialog(undefined)
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex flex-wrap items-center gap-x-1 border-b border-line bg-raised px-2 py-1">
        <Button icon="search" kind="quiet" onClick={() => setDialog('palette')}>
          <span className="sr-only sm:not-sr-only">Search</span>
          <kbd className="hidden text-xs text-muted md:inline">Ctrl K</kbd>
        </Button>
        <ConnectionStatus isOutOfDate={isOutOfDate} />
        <div className="ml-auto flex min-w-0 items-center sm:ml-0">
          <WaitingMenu />
          <ModelMenu />
          <SessionMenu />
          <ThemeButton />
          {panel.isAvailable && (
            <ActivityPanelButton
              isOpen={panel.isOpen}
              onToggle={() => panel.setOpen(!panel.isOpen)}
            />
          )}
        </div>
      </header>
      <div className="flex min-h-0 grow flex-col sm:flex-row">
        <Rail />
        <main className="min-h-0 min-w-0 grow overflow-auto" id="main" tabIndex={-1}>
          <Outlet />
        </main>
        {panel.isOpen && <DockedActivity onClose={() => panel.setOpen(false)} />}
      </div>
      {dialog === 'keys' && <KeysDialog onClose={close} />}
      {dialog === 'palette' && (
        <Suspense fallback={null}>
          <Palette onClose={close} />
        </Suspense>
      )}
      <SignInDialog />
    </div>
  )
}

type FrameDialog = 'palette' | 'keys'

/** Opens the dialogs of the frame with their keys. */
function useFrameDialog() {
  const [dialog, setDialog] = useState<FrameDialog>()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setDialog('palette')
      } else if (event.key === '?' && !isEditing(event.target)) {
        setDialog((open) => open ?? 'keys')
      }
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
  return [dialog, setDialog] as const
}

function isEditing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}
