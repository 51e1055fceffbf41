import { builtinServers } from '../builtin-servers.ts'
import { defineContract } from '../contract.ts'

const { name, type, target } = builtinServers.sampling

/** What the sampling server can do. */
export const sampling = defineContract({ name, type, target, version: '1.0.0', operations: {} })
