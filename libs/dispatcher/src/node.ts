export type { RemoteOptions } from './create-remote.ts'
export { remoteServer } from './node-remote-server.ts'
