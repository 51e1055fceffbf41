import { McpError } from '@mcp/protocol'

export interface RedisNode {
  readonly host: string
  readonly port: number
}

/** The servers that `REDIS_URL` names. */
export interface RedisAddress {
  /** One server, several nodes of one cluster, or sentinels. */
  readonly nodes: readonly RedisNode[]
  /** The name of the primary, if the nodes are sentinels. */
  readonly primaryName: string | undefined
  readonly isTls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  readonly sentinelUsername: string | undefined
  readonly sentinelPassword: string | undefined
  readonly db: number
  /** Name for messages, without passwords. */
  readonly place: string
}

/** Completes "REDIS_URL …". */
export const redisUrlRule =
  'must be a URL such as "redis://127.0.0.1:6379", "redis://a:6379,b:6379" for nodes of a cluster, or "redis+sentinel://a:26379,b:26379/mymaster" for sentinels. With TLS, it starts with "rediss"'

const pattern =
  /^(rediss?)(\+sentinel)?:\/\/(?:([^@/?#]*)@)?([^/?#@\s]+)(?:\/([^?#\s]*))?(?:\?(\S*))?$/
const defaultPort = { server: 6379, sentinel: 26_379 }

/**
 * Parses a URL of Redis: `redis://user:password@host:port/database`. Several nodes of a cluster, or several
 * sentinels, are separated by commas. The URL of sentinels also has the name of the primary:
 * `redis+sentinel://host:port/name`.
 *
 * @throws McpError `invalid-params` if the URL is invalid.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const [, scheme, sentinel, credentials = '', hosts = '', path = '', query = ''] =
    pattern.exec(text) ?? []
  const isSentinel = sentinel !== undefined
  const port = isSentinel ? defaultPort.sentinel : defaultPort.server
  const nodes = hosts.split(',').map((host) => parseNode(host, port))
  const known = nodes.filter((node) => node !== undefined)
  const [name, db = '0'] = isSentinel ? path.split('/') : [undefined, path === '' ? '0' : path]
  const options = new URLSearchParams(query)
  const isKnown = (option: string): boolean =>
    isSentinel && /^sentinel(?:Username|Password)$/.test(option)
  const [username, password] = parseCredentials(credentials)
  const primaryName = name === undefined ? undefined : unescapeText(name)
  const isValid =
    ![username, password, primaryName].includes(malformed) &&
    scheme !== undefined &&
    known.length === nodes.length &&
    name !== '' &&
    /^\d{1,5}$/.test(db) &&
    [...options.keys()].every(isKnown)
  if (!isValid) throw new McpError('invalid-params', `Invalid REDIS_URL: it ${redisUrlRule}.`)
  const addresses = known.map(formatNode).join(',')
  return {
    nodes: known,
    primaryName,
    isTls: scheme === 'rediss',
    username,
    password,
    sentinelUsername: options.get('sentinelUsername') ?? undefined,
    sentinelPassword: options.get('sentinelPassword') ?? undefined,
    db: Number(db),
    place: name === undefined ? addresses : `${name} (sentinels ${addresses})`,
  }
}

/** Returns whether a text is a valid `REDIS_URL`. */
export function isRedisUrl(text: string): boolean {
  try {
    return parseRedisUrl(text).nodes.length > 0
  } catch {
    return false
  }
}

export function formatNode({ host, port }: RedisNode): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function parseNode(text: string, port: number): RedisNode | undefined {
  const url = `redis://${text}`
  if (text === '' || !URL.canParse(url)) return undefined
  const { hostname, port: ownPort } = new URL(url)
  if (hostname === '') return undefined
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: ownPort === '' ? port : Number(ownPort) }
}

/** Parses `user:password`, `:password` or `user`, with escaped characters. */
function parseCredentials(text: string): readonly (string | undefined)[] {
  const [, username = '', password] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? []
  return [username, password].map((part) =>
    part === undefined || part === '' ? undefined : unescapeText(part),
  )
}

/** Result for a text with an invalid percent escape. No user name, password or primary has this name. */
const malformed = '\0'

function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return malformed
  }
}
