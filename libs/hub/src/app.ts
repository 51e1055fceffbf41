export { startHub } from './app/start-hub.ts'
export type { CreateServer, RunningHub, StartHubOptions } from './app/start-hub.ts'
