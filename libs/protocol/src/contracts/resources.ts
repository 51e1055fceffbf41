import { builtinServers } from '../builtin-servers.ts'
import { defineContract } from '../contract.ts'

const { name, type, target } = builtinServers.resources

/** What the resources server can do. */
export const resources = defineContract({ name, type, target, version: '1.0.0', operations: {} })
