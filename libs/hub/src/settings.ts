export { hubConfig } from './app/config.ts'
export type { HubConfig } from './app/config.ts'
export { hubSocketPath } from './app/socket-path.ts'
