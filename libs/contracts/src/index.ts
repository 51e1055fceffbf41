export { builtinServers } from './builtin-servers.ts'
export type { BuiltinServer } from './builtin-servers.ts'
