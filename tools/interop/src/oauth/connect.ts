import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'

import type { UserProvider } from './user-provider.ts'

export type Era = 'legacy' | 'modern'

/** Creates a client of the SDK that uses one era of the standard only. */
export function createClient(era: Era): Client {
  const mode = era === 'legacy' ? 'legacy' : { pin: '2026-07-28' }
  const capabilities = { elicitation: { form: {} } }
  return new Client(
    { name: 'interop', version: '1.0.0' },
    { versionNegotiation: { mode }, capabilities },
  )
}

/** Connects a client without a user, which requests its token itself. */
export async function connectMachine(
  url: string,
  era: Era,
  authProvider: OAuthClientProvider,
): Promise<Client> {
  const client = createClient(era)
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }))
  return client
}

/** Connects a client of a user, who logs in when the client is refused. */
export async function connectUser(
  url: string,
  era: Era,
  authProvider: UserProvider,
): Promise<Client> {
  const create = () => new StreamableHTTPClientTransport(new URL(url), { authProvider })
  const refused = create()
  try {
    await createClient(era).connect(refused)
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    await refused.finishAuth(authProvider.redirected())
  }
  const client = createClient(era)
  await client.connect(create())
  return client
}
