export { chooseProvider, describeProvider } from './choose-provider.ts'
export type { LlmSettings } from './choose-provider.ts'
export { createClientService } from './client-service.ts'
export type { AuthenticateCaller, ClientServiceOptions } from './client-service.ts'
