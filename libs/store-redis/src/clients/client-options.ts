import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { getCACertificates } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'

import { McpError } from '@mcp/protocol'
import type { RedisOptions } from 'ioredis'

import type { RedisAddress, RedisNode } from './redis-url.ts'

/** Certificates to trust, in PEM. If undefined, those of Node are trusted. */
export type Certificates = readonly string[] | undefined

const commandTimeoutMs = 900
const connectTimeoutMs = 5000
const maxReconnectMs = 1000

/** Returns the options of all connections, without the address. */
export function commonOptions(address: RedisAddress): RedisOptions {
  return {
    username: address.username,
    password: address.password,
    db: address.db,
    lazyConnect: true,
    // The ready check would report a wrong password as "Connection is closed".
    enableReadyCheck: false,
    // If a connection closes while ioredis sends the client info, ioredis reports it as ready and never opens
    // it again. Behind a proxy this happens whenever Redis is unavailable, because the proxy accepts the
    // connection and then closes it.
    disableClientInfo: true,
    // A request must fail soon instead of waiting for the connection, and must not be sent twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    autoResubscribe: false,
    // If packets are dropped, the end of a connection is never confirmed. The connection is then destroyed
    // after this time.
    disconnectTimeout: 100,
  }
}

/** Returns the time to wait before the next attempt to connect, in milliseconds. */
export const reconnectMs = (times: number): number => Math.min(50 * times, maxReconnectMs)

/** Returns the address and the TLS options of a node, as options of ioredis. */
export function nodeOptions(
  node: RedisNode,
  { isTls }: RedisAddress,
  ca: Certificates,
): RedisOptions {
  return { ...node, tls: isTls ? tlsOptions(node, ca) : undefined }
}

/** Returns the TLS options. A host name is also sent to the server, for proxies that serve several hosts. */
export function tlsOptions(node: RedisNode | undefined, ca: Certificates): ConnectionOptions {
  const servername = node === undefined || isIP(node.host) !== 0 ? {} : { servername: node.host }
  return { ...servername, ...(ca === undefined ? {} : { ca: [...ca] }) }
}

/**
 * Reads the certificates of `REDIS_CA_FILE`. Returns them together with those of Node.
 *
 * @throws McpError `invalid-params` if the file cannot be read or contains no certificate.
 */
export function readCertificates(file: string): Certificates {
  const text = readText(file)
  if (text?.includes('-----BEGIN CERTIFICATE-----') === true) {
    return [...getCACertificates('default'), text]
  }
  throw new McpError(
    'invalid-params',
    text === undefined
      ? `REDIS_CA_FILE cannot be read: "${file}". Set it to a file of PEM certificates.`
      : `REDIS_CA_FILE contains no certificate: "${file}". Set it to a file of PEM certificates.`,
  )
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
