import type { RequestDispatcher } from './request-dispatcher.ts'

/** The OpenAPI 3.1 document of the session manager. */
export function createOpenApi(_dispatcher: RequestDispatcher, _basePath: string) {
  return async (): Promise<unknown> => ({ openapi: '3.1.0' })
}
