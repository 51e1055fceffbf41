import { McpError } from '@mcp/protocol'

import type { ModelProvider } from './model-provider.ts'

/** A change of a provider: its calls begin to fail, or succeed again. */
export interface ProviderChange {
  /** Id of the provider. */
  readonly provider: string
  readonly isAvailable: boolean
  /** Message of the error. It contains no key. */
  readonly reason?: string | undefined
}

// Codes of errors after which the provider counts as unavailable. Other codes are errors of one request.
const codes: ReadonlySet<string> = new Set([
  'unavailable',
  'upstream-error',
  'timeout',
  'rate-limited',
  'unauthenticated',
])

// Reasons of an `upstream-error` that one request causes, such as invalid params (HTTP 400) or a long response.
const reasonsOfRequest: ReadonlySet<unknown> = new Set(['provider-refused', 'answer-too-long'])

function isUnavailable({ code, details }: McpError): boolean {
  return codes.has(code) && !reasonsOfRequest.has(details?.['reason'])
}

/** Wraps a provider so that `onChange` receives each change of its state, instead of each failed call. */
export function reportChanges(
  provider: ModelProvider,
  onChange: (change: ProviderChange) => void,
): ModelProvider {
  let isAvailable = true

  function succeeded(): void {
    if (isAvailable) return
    isAvailable = true
    onChange({ provider: provider.id, isAvailable })
  }

  function failed(thrown: unknown): void {
    const error = McpError.from(thrown)
    if (!isAvailable || !isUnavailable(error)) return
    isAvailable = false
    onChange({ provider: provider.id, isAvailable, reason: error.message })
  }

  return {
    ...provider,
    async generate(request, options) {
      try {
        const response = await provider.generate(request, options)
        succeeded()
        return response
      } catch (thrown) {
        failed(thrown)
        throw thrown
      }
    },
    async *stream(request, options) {
      try {
        for await (const event of provider.stream(request, options)) {
          if (event.type === 'response-finished') succeeded()
          yield event
        }
      } catch (thrown) {
        failed(thrown)
        throw thrown
      }
    },
  }
}
