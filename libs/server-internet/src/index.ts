export { internetServer } from './internet-server.ts'
export type { InternetServerOptions } from './internet-server.ts'
