import { connectUser } from './connect.ts'
import { createUserProvider } from './user-provider.ts'

/** Returns an access token for an endpoint, for which the user logs in. */
export async function tokenOf(user: string, url: string): Promise<string> {
  const provider = createUserProvider(user)
  const client = await connectUser(url, 'legacy', provider)
  await client.close()
  const tokens = await provider.tokens()
  if (tokens === undefined) throw new Error(`no token for ${user}`)
  return tokens.access_token
}
