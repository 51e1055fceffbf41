export { resourcesServer } from './resources-server.ts'
export type { ResourcesServerOptions } from './resources-server.ts'
