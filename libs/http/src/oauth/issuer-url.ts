import { McpError } from '@mcp/protocol'

/**
 * Checks the URL of an issuer.
 *
 * @throws McpError `invalid-params` if the issuer is neither an HTTPS URL nor an HTTP URL of this machine, or
 * if it has a query or fragment.
 */
export function checkIssuer(issuer: string): void {
  if (isSecureUrl(issuer) && !/[?#]/.test(issuer)) return
  throw new McpError(
    'invalid-params',
    `Invalid issuer: "${issuer}". It must be an https URL without query and fragment; http is allowed for this machine only.`,
  )
}

/**
 * Whether a URL is an HTTPS URL, or an HTTP URL of this machine. No other machine can change the responses of
 * such a URL.
 */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname))
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}

/**
 * Returns the possible URLs of an issuer's metadata: of RFC 8414, then of OpenID Connect Discovery. If
 * the issuer has a path, some issuers insert the well-known path before it, others append it.
 */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(urls)]
}
