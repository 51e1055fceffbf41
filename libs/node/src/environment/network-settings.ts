import type { RateLimitOptions } from '@mcp/concurrency'

import { isLoopbackAddress } from '../http/peer.ts'
import type { ListenOptions } from '../http/listen.ts'
import { settings } from './settings.ts'

/**
 * Returns the variables of OpenTelemetry that this package reads. The SDK of OpenTelemetry reads further ones.
 */
export const tracingSettings = () => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: settings.OTEL_EXPORTER_OTLP_ENDPOINT(),
  OTEL_TRACES_EXPORTER: settings.OTEL_TRACES_EXPORTER(),
  OTEL_SERVICE_NAME: settings.OTEL_SERVICE_NAME(),
  OTEL_SDK_DISABLED: settings.OTEL_SDK_DISABLED(),
})

/** Returns the variables of every program that listens on a port. Spread them into an app's schema. */
export const networkSettings = () => ({
  HOST: settings.HOST(),
  MCP_ALLOWED_HOSTS: settings.MCP_ALLOWED_HOSTS(),
  MCP_ALLOWED_ORIGINS: settings.MCP_ALLOWED_ORIGINS(),
  MCP_ALLOW_ANONYMOUS: settings.MCP_ALLOW_ANONYMOUS(),
  MCP_TRUST_PROXY: settings.MCP_TRUST_PROXY(),
  MCP_PATH_PREFIX: settings.MCP_PATH_PREFIX(),
  MCP_MAX_BODY_BYTES: settings.MCP_MAX_BODY_BYTES(),
  MCP_RATE_LIMIT: settings.MCP_RATE_LIMIT(),
  MCP_METRICS_TOKEN: settings.MCP_METRICS_TOKEN(),
  LOG_LEVEL: settings.LOG_LEVEL(),
  ...tracingSettings(),
})

export interface NetworkSettings {
  readonly HOST: string
  readonly MCP_ALLOWED_HOSTS: readonly string[]
  readonly MCP_ALLOWED_ORIGINS: readonly string[]
  readonly MCP_ALLOW_ANONYMOUS: boolean
  readonly MCP_TRUST_PROXY: boolean
  readonly MCP_PATH_PREFIX?: string | undefined
  readonly MCP_MAX_BODY_BYTES: number
  readonly MCP_RATE_LIMIT: number
  readonly MCP_METRICS_TOKEN?: string | undefined
}

/** Returns the options of `listen` that are set from the variables of {@link networkSettings}. */
export function networkOptions(config: NetworkSettings): Omit<ListenOptions, 'service' | 'port'> {
  return {
    host: config.HOST,
    allowedHosts: config.MCP_ALLOWED_HOSTS,
    allowedOrigins: config.MCP_ALLOWED_ORIGINS,
    allowAnonymous: config.MCP_ALLOW_ANONYMOUS,
    trustProxy: config.MCP_TRUST_PROXY,
    pathPrefix: config.MCP_PATH_PREFIX,
    rateLimit: rateLimitOptions(config),
    metricsToken: config.MCP_METRICS_TOKEN,
  }
}

/**
 * Returns whether only programs on this machine can call: the port is not on the network, no reverse proxy is
 * configured, and no further host name is allowed.
 */
export function isLocalOnly(config: NetworkSettings): boolean {
  const { HOST, MCP_TRUST_PROXY, MCP_ALLOWED_HOSTS } = config
  return isLoopbackAddress(HOST) && !MCP_TRUST_PROXY && MCP_ALLOWED_HOSTS.length === 0
}

const rateLimitSeconds = 10

/** Returns the rate limit per caller. It is averaged over 10 seconds, so short bursts may exceed it. */
export function rateLimitOptions({
  MCP_RATE_LIMIT: perSecond,
}: Pick<NetworkSettings, 'MCP_RATE_LIMIT'>): RateLimitOptions | undefined {
  return perSecond === 0
    ? undefined
    : { requests: perSecond * rateLimitSeconds, perMs: rateLimitSeconds * 1000 }
}
