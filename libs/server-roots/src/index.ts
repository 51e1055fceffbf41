export { rootsServer } from './roots-server.ts'
export type { RootsServerOptions } from './roots-server.ts'
