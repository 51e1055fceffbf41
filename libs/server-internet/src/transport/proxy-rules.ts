/** Which requests go through a proxy. */
export interface ProxyOptions {
  /** The proxy for https, such as `http://proxy.example:3128`. Default: none. */
  readonly https?: string | undefined
  /** The proxy for http. Default: none. */
  readonly http?: string | undefined
  /** Hosts to reach without it: `example.com` and all beneath it, `.example.com`, `host:port`, `*`. */
  readonly except?: readonly string[] | undefined
  /**
   * Whether names that this machine cannot resolve are left to the proxy, which then alone decides
   * what they lead to. Default: false.
   */
  readonly resolves?: boolean | undefined
}

/** The proxy for an address, if it has one. */
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
  const [, host = '', rulePort] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(rule) ?? []
  if (host === '' || (rulePort !== undefined && rulePort !== port)) return false
  return hostname === host || hostname.endsWith(`.${host}`)
}
