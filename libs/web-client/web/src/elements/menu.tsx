import type { ReactNode } from 'react'
import { useId } from 'react'

const popoverClass =
  'inset-auto m-0 max-h-[80dvh] w-80 max-w-[calc(100vw-1rem)] overflow-auto rounded-lg border border-line bg-surface p-3 text-text shadow-xl fixed right-2 top-12'

/** A button that opens a panel below the header. The browser closes it with Escape or a click elsewhere. */
export function HeaderMenu({
  label,
  title,
  onToggle,
  children,
}: {
  /** Contents of the button. */
  readonly label: ReactNode
  /** Name of the panel. */
  readonly title: string
  /** Called when the panel opens or closes. */
  readonly onToggle?: (isOpen: boolean) => void
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <>
      <button
        className="inline-flex min-h-8 max-w-32 items-center sm:max-w-52 gap-1.5 truncate rounded-md px-1.5 text-sm sm:px-2 hover:bg-sunken"
        popoverTarget={id}
        type="button"
      >
        {label}
      </button>
      <div
        aria-label={title}
        className={popoverClass}
        id={id}
        onToggle={({ newState }) => onToggle?.(newState === 'open')}
        popover="auto"
        role="dialog"
      >
        {children}
      </div>
    </>
  )
}
