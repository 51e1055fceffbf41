import { McpError } from '@mcp/protocol'
import type { Logger } from '../logging/logger.ts'

/** Variables of OpenTelemetry that this package reads. The SDK reads the others itself. */
export interface TracingSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined
  readonly OTEL_TRACES_EXPORTER?: 'otlp' | 'console' | 'none' | undefined
  readonly OTEL_SERVICE_NAME?: string | undefined
  readonly OTEL_SDK_DISABLED?: boolean | undefined
}

export interface TracingOptions {
  /** Name of the program, and default name of the service in traces. */
  readonly name: string
  readonly version: string
  readonly log: Logger
}

/** Stops tracing, after the pending spans are exported. */
export type StopTracing = () => Promise<void>

/**
 * Starts the OpenTelemetry SDK if its variables are set, and returns the function that stops it. The SDK is
 * loaded only if tracing is on, because it takes as long to load as the rest of a server.
 *
 * @throws McpError `invalid-params` for a protocol other than `http/protobuf`.
 */
export async function startTracing(
  config: TracingSettings,
  options: TracingOptions,
): Promise<StopTracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: exporter } = config
  const ownEndpoint = process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  const isConfigured = (endpoint ?? ownEndpoint ?? exporter) !== undefined
  if (!isConfigured || exporter === 'none' || config.OTEL_SDK_DISABLED === true) return undefined
  const protocol = process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] ?? supportedProtocol
  if (exporter !== 'console' && protocol !== supportedProtocol) {
    throw new McpError(
      'invalid-params',
      `OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}": must be ${supportedProtocol}. Use port 4318 of the collector.`,
    )
  }
  const { createTracing } = await import('./create-tracing.ts')
  return createTracing({
    ...options,
    name: config.OTEL_SERVICE_NAME ?? options.name,
    isConsole: exporter === 'console',
    // The exporter reads the variables of the process, but not those of `.env`.
    url:
      ownEndpoint === undefined && endpoint
        ? `${endpoint.replace(/\/$/, '')}/v1/traces`
        : undefined,
  })
}

const supportedProtocol = 'http/protobuf'
