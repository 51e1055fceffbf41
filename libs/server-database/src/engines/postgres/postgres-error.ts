import { McpError } from '@mcp/protocol'

import { pgError } from '../pg-dialect/pg-error.ts'
import { sqlError } from '../sql-error.ts'

/** Converts an error of `pg`, which is an error of the server or a lost connection. */
export function postgresError(thrown: unknown): McpError {
  if (McpError.is(thrown)) return thrown
  if (!(thrown instanceof Error)) return McpError.internal(thrown)
  const { message } = thrown
  const code = textField(thrown, 'code')
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    return pgError({
      code,
      message,
      detail: textField(thrown, 'detail'),
      hint: textField(thrown, 'hint'),
      position: textField(thrown, 'position'),
    })
  }
  // The message of the operating system is omitted, because it contains addresses.
  return sqlError({
    kind: 'connection-lost',
    message: 'The connection to the database failed or was lost.',
    cause: thrown,
  })
}

function textField(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : undefined
}
