import { Outlet } from './outlet.tsx'
import { Rail } from './rail.tsx'
import { ThemeButton } from './theme-button.tsx'

/** The frame around each view. */
export function Shell() {
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex items-center gap-2 border-b border-line bg-raised px-3 py-1">
        <span className="font-semibold">MCP</span>
        <div className="ml-auto flex items-center gap-1">
          <ThemeButton />
        </div>
      </header>
      <div className="flex min-h-0 grow flex-col sm:flex-row">
        <Rail />
        <main className="min-h-0 min-w-0 grow overflow-auto" id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </div>
  )
}
