import { builtinServers } from '../builtin-servers.ts'
import { defineContract } from '../contract.ts'

const { name, type, target } = builtinServers.internet

/** What the internet server can do. */
export const internet = defineContract({ name, type, target, version: '1.0.0', operations: {} })
