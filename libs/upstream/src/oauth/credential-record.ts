import type { DocumentStore } from '@mcp/files'

import type { Credentials } from './credentials.ts'
import { credentialsSchema } from './credentials.ts'

/** The credentials of the hub at one upstream server, in memory and in a store. */
export interface CredentialRecord {
  /** Reads the stored credentials. Further calls return the same promise. */
  load(): Promise<void>
  /** Reads the stored credentials again, which another process may have changed. */
  reload(): Promise<void>
  current(): Credentials
  /** Changes the credentials. A key with the value undefined is removed. */
  update(changes: Partial<Credentials>): Promise<void>
  /** Reads the credentials again, and runs a task while no other process runs one. */
  exclusively<Result>(task: () => Promise<Result>): Promise<Result>
}

export interface CredentialRecordOptions {
  /** Name of the server. */
  readonly name: string
  readonly serverUrl: string
  readonly store: DocumentStore
  /** Called if another process has started or completed a login. */
  readonly onLoginElsewhere: () => void
}

export function createCredentialRecord(options: CredentialRecordOptions): CredentialRecord {
  const { name, serverUrl, store, onLoginElsewhere } = options
  let current: Credentials = { serverUrl, issuedAt: 0 }
  let loading: Promise<void> | undefined

  async function read(): Promise<void> {
    const { data } = credentialsSchema.safeParse(await store.read(name))
    // The tokens of another address must not be sent to this one.
    if (data?.serverUrl === serverUrl) current = data
  }

  async function reload(): Promise<void> {
    const before = current.pending?.state
    await read()
    if (current.pending?.state !== before) onLoginElsewhere()
  }

  return {
    load: () => (loading ??= read()),
    reload,
    current: () => current,
    async update(changes) {
      current = { ...current, ...changes }
      await store.change(name, () => current)
    },
    exclusively: (task) =>
      store.exclusively(name, async () => {
        await reload()
        return task()
      }),
  }
}
