import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { ExportResultCode } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ConsoleSpanExporter,
} from '@opentelemetry/sdk-trace-base'
import type { SpanExporter } from '@opentelemetry/sdk-trace-base'

import type { Logger } from '../logging/logger.ts'
import type { StopTracing, TracingOptions } from './start-tracing.ts'

export interface CreateTracingOptions extends TracingOptions {
  readonly isConsole: boolean
  /** Address of the collector. Default: the address in the environment variables of the process. */
  readonly url: string | undefined
}

/** Registers a tracer and a context manager for this process. */
export function createTracing(options: CreateTracingOptions): StopTracing {
  const { name, version, log, isConsole, url } = options
  const service = resourceFromAttributes({ 'service.name': name, 'service.version': version })
  const exporter = isConsole
    ? new ConsoleSpanExporter()
    : logChanges(new OTLPTraceExporter(url === undefined ? {} : { url }), log)
  const provider = new BasicTracerProvider({
    resource: service.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  return async () => {
    await provider.shutdown()
    trace.disable()
    context.disable()
  }
}

/** Logs when the collector fails, and when it succeeds again, instead of each failed export. */
export function logChanges(exporter: SpanExporter, log: Logger): SpanExporter {
  let isFailing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const hasFailed = result.code !== ExportResultCode.SUCCESS
        if (hasFailed && !isFailing) {
          log.warn('Traces cannot be exported', { error: result.error?.message })
        } else if (!hasFailed && isFailing) log.info('Traces are exported again')
        isFailing = hasFailed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
