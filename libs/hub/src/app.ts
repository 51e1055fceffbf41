export { startHub } from './app/start-hub.ts'
export type { CreateServer, StartHubOptions } from './app/start-hub.ts'
