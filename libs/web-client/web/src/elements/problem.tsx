import { McpError } from '@mcp/protocol/light'
import type { ReactNode } from 'react'

import { Icon } from './icon.tsx'

/** An error with its message, and with actions that may help. */
export function Problem({
  error,
  children,
}: {
  readonly error: unknown
  readonly children?: ReactNode
}) {
  const { message, code } = McpError.from(error)
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
