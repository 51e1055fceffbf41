/**
 * Follows the redirects of an authorization request as a browser does, with its cookies. Returns the URL of
 * the client to which the last redirect leads.
 */
export async function followRedirects(url: URL, redirectUrl: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let current = url
  for (let redirects = 0; redirects < 10; redirects++) {
    if (current.href.startsWith(redirectUrl)) return current
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(current, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) {
      throw new Error(`${current.href} returned ${response.status}: ${await response.text()}`)
    }
    current = new URL(location, current)
  }
  throw new Error('too many redirects')
}
