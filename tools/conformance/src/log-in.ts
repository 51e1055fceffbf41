import { createMemoryDocumentStore } from '@mcp/files'
import { createUpstreamLogin } from '@mcp/upstream'
import type { HttpEntry, UpstreamLogin } from '@mcp/upstream'
import { systemClock } from '@mcp/protocol'

/**
 * Creates the login of the client under test. Its `fetch` refuses no address, because the suite listens on
 * this machine.
 */
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
 * Acts as the person who logs in: opens the address of the pending login, if there is one, and completes the
 * login with the callback to which the authorization server redirects. Returns whether the login is complete.
 */
export async function completeLogin(login: UpstreamLogin): Promise<boolean> {
  const pending = login.pending()
  if (pending === undefined) return false
  const page = await fetch(pending.url, { redirect: 'manual' })
  const location = page.headers.get('location')
  if (location === null) throw new Error(`The login returned ${page.status} without a redirect.`)
  return login.complete(new URL(location).searchParams)
}
