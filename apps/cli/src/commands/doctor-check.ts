import type { Connection } from '../remote/connection.ts'

/** A step of the check. */
export interface Check {
  readonly name: string
  /** Resolves with a description of the result. Rejects with the problem. */
  readonly run: (connection: Connection, signal: AbortSignal) => Promise<string>
  readonly remedy: string
}
