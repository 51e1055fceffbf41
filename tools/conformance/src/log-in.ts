import { createUpstreamLogin, createMemoryDocumentStore } from '@mcp/upstream'
import type { HttpEntry, UpstreamLogin } from '@mcp/upstream'
import { systemClock } from '@mcp/protocol'

/** Creates the login of the client under test. The suite listens on this machine, so no address is refused. */
export function createLogin(entry: HttpEntry): UpstreamLogin {
  return createUpstreamLogin({
    entry,
    credentials: createMemoryDocumentStore(),
    fetch,
    redirectUrl: 'http://127.0.0.1:3000/oauth/callback',
    // The suite knows this address, and accepts it in place of a registration.
    clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
    clock: systemClock,
  })
}

/**
 * Plays the person: opens the address of the login that waits, if there is one, and the callback to which
 * the authorization server redirects. Returns whether the login is complete.
 */
export async function completeLogin(login: UpstreamLogin): Promise<boolean> {
  const pending = login.pending()
  if (pending === undefined) return false
  const page = await fetch(pending.url, { redirect: 'manual' })
  const location = page.headers.get('location')
  if (location === null) throw new Error(`The login returned ${page.status} without a redirect.`)
  return login.complete(new URL(location).searchParams)
}
