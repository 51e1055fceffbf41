import type { McpError } from '@mcp/protocol/light'
import { isRecord } from '@mcp/protocol/light'

import type { FieldError } from './check-value.ts'

/**
 * Returns the errors of the fields that the server rejected. `details.issues` has paths such as
 * `["payload", "params", "days"]`. The target of a request is a field like the params.
 */
export function serverErrors({ details }: Pick<McpError, 'details'>): FieldError[] {
  const issues: unknown = details?.['issues']
  return (Array.isArray(issues) ? issues : []).filter(isRecord).flatMap(({ path, message }) => {
    if (!Array.isArray(path) || typeof message !== 'string') return []
    const names = path.map(String)
    const start = names[0] === 'payload' ? 1 : 0
    return [{ path: names.slice(names[start] === 'params' ? start + 1 : start), message }]
  })
}
