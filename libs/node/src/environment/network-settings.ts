import type { ListenOptions } from '../http/listen.ts'
import { settings } from './settings.ts'

/** What every program that listens reads besides its port; spread it into the app's schema. */
export const networkSettings = () => ({
  HOST: settings.HOST(),
  MCP_ALLOWED_HOSTS: settings.MCP_ALLOWED_HOSTS(),
  MCP_ALLOWED_ORIGINS: settings.MCP_ALLOWED_ORIGINS(),
  MCP_ALLOW_ANONYMOUS: settings.MCP_ALLOW_ANONYMOUS(),
  MCP_TRUST_PROXY: settings.MCP_TRUST_PROXY(),
  MCP_PATH_PREFIX: settings.MCP_PATH_PREFIX(),
  LOG_LEVEL: settings.LOG_LEVEL(),
})

export interface NetworkSettings {
  readonly HOST: string
  readonly MCP_ALLOWED_HOSTS: readonly string[]
  readonly MCP_ALLOWED_ORIGINS: readonly string[]
  readonly MCP_ALLOW_ANONYMOUS: boolean
  readonly MCP_TRUST_PROXY: boolean
  readonly MCP_PATH_PREFIX?: string | undefined
}

/** The options of `listen` that {@link networkSettings} hold. */
export function networkOptions(given: NetworkSettings): Omit<ListenOptions, 'service' | 'port'> {
  return {
    host: given.HOST,
    allowedHosts: given.MCP_ALLOWED_HOSTS,
    allowedOrigins: given.MCP_ALLOWED_ORIGINS,
    allowAnonymous: given.MCP_ALLOW_ANONYMOUS,
    trustProxy: given.MCP_TRUST_PROXY,
    pathPrefix: given.MCP_PATH_PREFIX,
  }
}
