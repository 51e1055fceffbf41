import { builtinServers } from '../builtin-servers.ts'
import { defineContract } from '../contract.ts'

const { name, type, target } = builtinServers.roots

/** What the roots server can do. */
export const roots = defineContract({ name, type, target, version: '1.0.0', operations: {} })
