import type { ReactNode } from 'react'

import { Icon } from './icon.tsx'
import { shownError } from './shown-error.ts'

/** An error with its message, and with actions that may help. */
export function Problem({
  error,
  children,
}: {
  readonly error: unknown
  readonly children?: ReactNode
}) {
  const { message, code } = shownError(error)
  return (
    <div className="flex gap-2 rounded-md bg-bad-soft p-2 text-bad" role="alert">
      <Icon name="warning" />
      <div className="min-w-0 grow">
        <p className="wrap-anywhere">
          {message} <code className="text-xs">{code}</code>
        </p>
        {children}
      </div>
    </div>
  )
}
