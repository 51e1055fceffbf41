import type { DocumentStore } from '../documents/document-store.ts'
import type { Credentials } from './credentials.ts'
import { credentialsSchema } from './credentials.ts'

/** The credentials of the hub at one upstream server, in memory and in a store. */
export interface CredentialRecord {
  /** Reads the stored credentials. Further calls return the same promise. */
  load(): Promise<void>
  current(): Credentials
  /** Changes the credentials. A key with the value undefined is removed. */
  update(changes: Partial<Credentials>): Promise<void>
}

export function createCredentialRecord(
  name: string,
  serverUrl: string,
  store: DocumentStore,
): CredentialRecord {
  let current: Credentials = { serverUrl, issuedAt: 0 }
  let loading: Promise<void> | undefined

  async function load(): Promise<void> {
    const { data } = credentialsSchema.safeParse(await store.read(name))
    // The tokens of another address must not be sent to this one.
    if (data?.serverUrl === serverUrl) current = data
  }

  return {
    load: () => (loading ??= load()),
    current: () => current,
    async update(changes) {
      current = { ...current, ...changes }
      await store.write(name, current)
    },
  }
}
