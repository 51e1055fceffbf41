import type { Attributes, Context, Link, Span } from '@opentelemetry/api'
import {
  context as contexts,
  isSpanContextValid,
  ProxyTracerProvider,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { McpError } from '@mcp/protocol'
import type { MaybePromise, TraceContext } from '@mcp/protocol'

import { fromTraceContext, toTraceContext } from './trace-context.ts'

/** Options of {@link inSpan}. */
export interface SpanOptions {
  /** Default: `internal`. */
  readonly kind?: 'internal' | 'server' | 'client' | undefined
  readonly attributes?: Attributes | undefined
  /** Trace context of the caller. Default: the active span. */
  readonly parent?: TraceContext | undefined
}

/** A span in progress. */
export interface ActiveSpan {
  /** Trace context that names this span as the parent, for requests to other processes. */
  readonly trace: TraceContext
  setAttributes(attributes: Attributes): void
  /** Marks the span as failed with an error code, such as `timeout`. */
  fail(code: string): void
  rename(name: string): void
}

const name = '@mcp'

/**
 * Whether a tracer is registered. Without one, no library creates a span, a context or an attribute, so tracing
 * costs only this check of less than 50 ns.
 */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider()
  return (
    !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(name) !== undefined
  )
}

/**
 * Runs a step in a span, which ends with the step. If no tracer is registered, runs only the step, and
 * the span is undefined. Only the code of an error of the step is recorded, because its message may contain
 * what a caller sent.
 */
export function inSpan<Result>(
  spanName: string,
  options: SpanOptions,
  step: (span: ActiveSpan | undefined) => MaybePromise<Result>,
): MaybePromise<Result> {
  if (!isTracing()) return step(undefined)
  const { span, context } = startSpan(spanName, options)
  const active = toActiveSpan(span)
  const fail = (thrown: unknown): never => {
    active.fail(McpError.from(thrown).code)
    span.end()
    throw thrown
  }
  let result
  try {
    result = contexts.with(context, () => step(active))
  } catch (thrown) {
    return fail(thrown)
  }
  if (!(result instanceof Promise)) {
    span.end()
    return result
  }
  return result.then((value) => {
    span.end()
    return value
  }, fail)
}

/** A span that its creator ends. */
export interface OpenSpan extends ActiveSpan {
  /** Runs a step in which the span is the active one. */
  run<Result>(step: () => Result): Result
  /** Makes the listeners of an event emitter run with the span as the active one. */
  bind(emitter: object): void
  end(): void
}

/** Starts a span that ends when `end` is called. Returns undefined if no tracer is registered. */
export function openSpan(spanName: string, options: SpanOptions): OpenSpan | undefined {
  if (!isTracing()) return undefined
  const { span, context } = startSpan(spanName, options)
  return {
    ...toActiveSpan(span),
    run: (step) => contexts.with(context, step),
    bind: (emitter) => void contexts.bind(context, emitter),
    end: () => span.end(),
  }
}

/** Returns the trace context of the active span, or undefined if there is none. */
export function activeTrace(): TraceContext | undefined {
  if (!isTracing()) return undefined
  const spanContext = trace.getActiveSpan()?.spanContext()
  return spanContext !== undefined && isSpanContextValid(spanContext)
    ? toTraceContext(spanContext)
    : undefined
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
} as const

function startSpan(
  spanName: string,
  { kind = 'internal', attributes = {}, parent }: SpanOptions,
): { readonly span: Span; readonly context: Context } {
  const active = contexts.active()
  const remote = parent === undefined ? undefined : fromTraceContext(parent)
  const parentContext = remote ?? active
  const span = trace
    .getTracer(name)
    .startSpan(
      spanName,
      { kind: kinds[kind], attributes, links: linksOf(remote, active) },
      parentContext,
    )
  return { span, context: trace.setSpan(parentContext, span) }
}

/**
 * Links a span to the active one if the caller named a parent of another trace. The conventions for MCP
 * demand this of a request whose `_meta` has a trace context other than that of the HTTP request.
 */
function linksOf(remote: Context | undefined, active: Context): Link[] {
  const ambient = trace.getSpanContext(active)
  if (remote === undefined || ambient === undefined) return []
  return trace.getSpanContext(remote)?.traceId === ambient.traceId ? [] : [{ context: ambient }]
}

function toActiveSpan(span: Span): ActiveSpan {
  return {
    trace: toTraceContext(span.spanContext()),
    setAttributes: (attributes) => void span.setAttributes(attributes),
    fail(code) {
      span.setAttribute('error.type', code)
      span.setStatus({ code: SpanStatusCode.ERROR, message: code })
    },
    rename: (newName) => void span.updateName(newName),
  }
}
