import { createKeyedLock, createLazy } from '@mcp/concurrency'
import type { DocumentStore } from '@mcp/files'

import type { Credentials } from './credentials.ts'
import { credentialsSchema } from './credentials.ts'

/** The credentials of the hub at one upstream server, in memory and in a store. */
export interface CredentialRecord {
  /** Reads the stored credentials once. The first call after a failure reads them again. */
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
  /** Whether the stored credentials were those of this address. */
  let isStored = false
  // A read that began before a write would otherwise restore tokens that the write has replaced.
  const lock = createKeyedLock()
  const inOrder = <Result>(task: () => Promise<Result>) => lock.run([name], task)
  const loaded = createLazy(async () => void (await read()))

  /** Reads the stored credentials. Returns whether they have another pending login. */
  function read(): Promise<boolean> {
    return inOrder(async () => {
      const { data } = credentialsSchema.safeParse(await store.read(name))
      // The tokens of another address must not be sent to this one.
      if (data?.serverUrl !== serverUrl) return false
      const before = current.pending?.state
      current = data
      isStored = true
      return current.pending?.state !== before
    })
  }

  /** Returns the new stored credentials. */
  function stored(found: unknown): unknown {
    const { data } = credentialsSchema.safeParse(found)
    // An entry with another address has replaced this one, whose last calls may still renew their token.
    const isReplaced = isStored && data !== undefined && data.serverUrl !== serverUrl
    return isReplaced ? found : current
  }

  async function reload(): Promise<void> {
    if (await read()) onLoginElsewhere()
  }

  return {
    load: loaded.get,
    reload,
    current: () => current,
    update: (changes) =>
      inOrder(async () => {
        current = { ...current, ...changes }
        await store.change(name, stored)
        isStored = true
      }),
    exclusively: (task) =>
      store.exclusively(name, async () => {
        await reload()
        return task()
      }),
  }
}
