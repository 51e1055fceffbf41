export { createWebClient } from './web-client.ts'
export type { AuthenticateCaller, WebClientOptions } from './web-client.ts'
