import type { Clock } from '@mcp/protocol'

import type { Registry } from '../routing/registry.ts'
import type { Access } from './access.ts'
import type { Authorize } from './authorization.ts'
import { authorization } from './authorization.ts'
import { catchErrors } from './catch-errors.ts'
import { callServer } from './choose-replica.ts'
import { concurrency } from './concurrency.ts'
import { deadline } from './deadline.ts'
import type { Middleware } from './middleware.ts'
import { userMiddleware } from './middleware.ts'
import { rateLimit } from './rate-limit.ts'
import type { RateLimiter } from '@mcp/concurrency'
import { reportServer } from './report-server.ts'
import { resolveDestination } from './resolve-destination.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { retry } from './retry.ts'
import type { Handler, Stage } from './stage.ts'

export interface PipelineOptions {
  readonly registry: Registry
  readonly clock: Clock
  readonly middleware: readonly Middleware[]
  readonly authorize: Authorize | undefined
  readonly access: Pick<Access, 'authorize'> | undefined
  readonly rateLimiter: RateLimiter | undefined
  readonly retryPolicy: RetryPolicy | undefined
  readonly onRetry?: ((server: string) => void) | undefined
  readonly onError: (error: unknown) => void
}

/**
 * Creates the handler that runs all stages for a request, from the middleware to the call of the
 * server. The handler never throws and never rejects. The order of the stages matters. Only authorized
 * requests count towards the rate limit. Requests whose deadline has passed do not take a permit.
 */
export function createPipeline(options: PipelineOptions): Handler {
  const { registry, clock, middleware, authorize, access, rateLimiter } = options
  const { retryPolicy, onRetry, onError } = options
  const stages: readonly Stage[] = [
    ...middleware.flatMap((one) => [catchErrors(onError), userMiddleware(one)]),
    catchErrors(onError),
    resolveDestination(registry),
    authorization(authorize, onError),
    authorization(access?.authorize, onError),
    rateLimit(rateLimiter),
    deadline(clock),
    concurrency,
    reportServer(onError),
    retry(retryPolicy, clock, onRetry),
  ]
  return stages.reduceRight((next, wrap) => wrap(next), callServer(registry, onError))
}
