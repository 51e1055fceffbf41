import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

import { usageError } from '../output/exit-codes.ts'
import type { Connection } from './connection.ts'
import { createConnection } from './connection.ts'
import { ownerSecret } from './state-folder.ts'

export interface OpenConnectionOptions {
  readonly url: string | undefined
  readonly isHub: boolean
  /** Data folder of a hub in this process. */
  readonly data: string | undefined
  readonly signal: AbortSignal
}

/** Connects to the client app at a URL, or to that of a hub in this process. */
export async function openConnection(options: OpenConnectionOptions): Promise<Connection> {
  const { url, isHub, data } = options
  if (isHub && url !== undefined) throw usageError('--hub cannot be combined with --url.')
  if (!isHub && data !== undefined) throw usageError('--data needs --hub.')
  if (isHub) {
    const { startHubInProcess } = await import('../local/start-hub-in-process.ts')
    return startHubInProcess(data)
  }
  const address = resolveUrl(url)
  return createConnection({
    url: address,
    token: variable('MCP_TOKEN'),
    owner: () => ownerSecret(address),
  })
}

/** Returns the URL of the client app: the option, else `MCP_URL`, else the port on this machine. */
export function resolveUrl(option: string | undefined): string {
  const url = option ?? variable('MCP_URL') ?? `http://127.0.0.1:${variable('CLIENT_PORT') ?? 8080}`
  const source = option === undefined ? 'MCP_URL' : '--url'
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw usageError(`${source}: "${url}" is not an http or https URL.`)
  }
  const { username, password } = new URL(url)
  if (username !== '' || password !== '') {
    throw usageError(`${source} must not contain a user name or a password. Set MCP_TOKEN.`)
  }
  return url
}

let fromFile: NodeJS.Dict<string> | undefined

/**
 * Reads a variable from the environment, or from `.env` in the working directory. The schemas of the
 * settings are not used, because loading them takes longer than a call.
 */
export function variable(name: 'MCP_URL' | 'MCP_TOKEN' | 'CLIENT_PORT'): string | undefined {
  const value = process.env[name]
  if (value !== undefined && value !== '') return value
  fromFile ??= existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  return fromFile[name] || undefined
}
