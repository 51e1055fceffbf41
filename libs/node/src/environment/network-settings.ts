import type { ListenOptions } from '../http/listen.ts'
import { settings } from './settings.ts'

/** Returns the variables of every program that listens, to be spread into the schema of an app. */
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

/** Returns the options of `listen` that {@link networkSettings} configure. */
export function networkOptions(config: NetworkSettings): Omit<ListenOptions, 'service' | 'port'> {
  return {
    host: config.HOST,
    allowedHosts: config.MCP_ALLOWED_HOSTS,
    allowedOrigins: config.MCP_ALLOWED_ORIGINS,
    allowAnonymous: config.MCP_ALLOW_ANONYMOUS,
    trustProxy: config.MCP_TRUST_PROXY,
    pathPrefix: config.MCP_PATH_PREFIX,
  }
}
