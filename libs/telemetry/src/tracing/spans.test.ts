import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { createResponse, McpError } from '@mcp/protocol'
import { afterEach, describe, expect, it } from 'vitest'

import { inRequestSpan } from './response-span.ts'
import { activeTrace, inSpan, isTracing, openSpan } from './spans.ts'

const exporter = new InMemorySpanExporter()
afterEach(() => {
  exporter.reset()
  trace.disable()
  context.disable()
})

function startTracer(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
}

const parent = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  tracestate: 'a=1',
}

it('runs only the step if no tracer is registered', () => {
  expect(isTracing()).toBe(false)
  expect(inSpan('step', { parent }, (span) => span === undefined)).toBe(true)
  expect(openSpan('step', {})).toBeUndefined()
  expect(activeTrace()).toBeUndefined()
})

describe('with a tracer', () => {
  it('continues the trace of the caller, and names itself as the parent', async () => {
    startTracer()
    expect(isTracing()).toBe(true)
    const inner = await inSpan('outer', { parent, kind: 'server' }, async (span) => {
      expect(activeTrace()).toEqual(span?.trace)
      expect(span?.trace.tracestate).toBe('a=1')
      return inSpan('inner', { attributes: { a: 1 } }, () => activeTrace())
    })
    const [first, second] = exporter.getFinishedSpans()
    expect(first?.parentSpanContext?.spanId).toBe(second?.spanContext().spanId)
    expect(second?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7')
    expect(inner?.traceparent).toBe(
      `00-4bf92f3577b34da6a3ce929d0e0e4736-${first?.spanContext().spanId}-01`,
    )
  })

  it('starts a new trace for a malformed parent', () => {
    startTracer()
    const malformed = { traceparent: `${parent.traceparent}\r\nx: y` }
    for (const wrong of [malformed, { traceparent: '00-0-0-01' }, { traceparent: '' }]) {
      void inSpan('step', { parent: wrong }, () => 1)
    }
    for (const span of exporter.getFinishedSpans()) {
      expect(span.parentSpanContext).toBeUndefined()
    }
  })

  it('links to the active span if the caller names a parent of another trace', () => {
    startTracer()
    void inSpan('http', {}, () => inSpan('call', { parent }, () => 1))
    const [call, http] = exporter.getFinishedSpans()
    expect(call?.links[0]?.context.spanId).toBe(http?.spanContext().spanId)
  })

  it('records the code of an error, and not its message', async () => {
    startTracer()
    const fail = async (): Promise<never> => {
      throw new McpError('timeout', 'secret')
    }
    await expect(inSpan('rejects', {}, fail)).rejects.toThrow('secret')
    const response = createResponse('r-1', 'error', new McpError('not-found', 'secret'))
    expect(inRequestSpan('responds', {}, () => response)).toBe(response)
    const spans = exporter.getFinishedSpans()
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual([
      'timeout',
      'not-found',
    ])
    expect(JSON.stringify(spans.map(({ status, events }) => [status, events]))).not.toContain(
      'secret',
    )
  })
})
