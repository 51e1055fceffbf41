/** A cookie of the web client, with values of a known form. */
export interface Cookie {
  /**
   * Returns the value in a request. Ignores values of another form: all ports of a host share cookies, so
   * another program may have set one.
   */
  read(request: Request): string | undefined
  /**
   * Returns the value of the header `Set-Cookie`. Without `maxAgeSeconds`, the cookie ends with the browser
   * session.
   */
  write(value: string, request: Request, maxAgeSeconds?: number): string
}

export interface CookieOptions {
  readonly name: string
  readonly pattern: RegExp
  /** Path of the cookie, without a trailing slash. It may be empty. */
  readonly basePath: string
}

/** Creates a cookie that scripts cannot read and that other sites send only with links. */
export function createCookie({ name, pattern, basePath }: CookieOptions): Cookie {
  /** Returns the cookie's name. Browsers accept a `__Host-` cookie only over HTTPS and from the same host. */
  const nameFor = (request: Request): string =>
    isSecure(request) && basePath === '' ? `__Host-${name}` : name
  const path = basePath === '' ? '/' : basePath

  return {
    read(request) {
      const prefix = `${nameFor(request)}=`
      return (request.headers.get('cookie') ?? '')
        .split(';')
        .map((cookie) => cookie.trim())
        .filter((cookie) => cookie.startsWith(prefix))
        .map((cookie) => cookie.slice(prefix.length))
        .find((value) => pattern.test(value))
    },
    write(value, request, maxAgeSeconds) {
      const secure = isSecure(request) ? '; Secure' : ''
      const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
      return `${nameFor(request)}=${value}; Path=${path}; HttpOnly; SameSite=Lax${secure}${age}`
    },
  }
}

function isSecure(request: Request): boolean {
  return request.url.startsWith('https:')
}
