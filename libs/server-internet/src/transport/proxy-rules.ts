import { isIPv6 } from 'node:net'

/** The proxies to use and their exceptions. */
export interface ProxyOptions {
  /** URL of the proxy for https, such as `http://proxy.example:3128`. Default: none. */
  readonly https?: string | undefined
  /** URL of the proxy for http. Default: none. */
  readonly http?: string | undefined
  /**
   * Hosts to reach without a proxy: `example.com` and its subdomains, `.example.com`, `host:port`, an IP
   * address, or `*` for all hosts.
   */
  readonly except?: readonly string[] | undefined
  /**
   * If true, names that this machine cannot resolve are passed to the proxy. The proxy must then
   * refuse private addresses itself. Default: false.
   */
  readonly resolves?: boolean | undefined
}

/** Returns the URL of the proxy for a request, or undefined if no proxy is used. */
export function proxyFor(url: URL, options: ProxyOptions): string | undefined {
  const { http, https, except = [] } = options
  const proxy = url.protocol === 'https:' ? https : http
  if (proxy === undefined || proxy === '') return undefined
  const hostname = url.hostname.replace(/\.$/, '')
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return except.some((rule) => isExcepted(rule.trim().toLowerCase(), hostname, port))
    ? undefined
    : proxy
}

function isExcepted(rule: string, hostname: string, port: string): boolean {
  if (rule === '*') return true
  // `NO_PROXY` contains IPv6 addresses without brackets; URLs contain them in brackets.
  if (isIPv6(rule)) return hostname === URL.parse(`http://[${rule}]`)?.hostname
  const [, host = '', rulePort] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(rule) ?? []
  if (host === '' || (rulePort !== undefined && rulePort !== port)) return false
  return hostname === host || hostname.endsWith(`.${host}`)
}
