export type { RemoteOptions } from './remote/create-remote.ts'
export { remoteServer } from './remote/node-remote-server.ts'
