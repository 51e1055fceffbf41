import { builtinServers } from '../builtin-servers.ts'
import { defineContract } from '../contract.ts'

const { name, type, target } = builtinServers.database

/** What the database server can do. */
export const database = defineContract({ name, type, target, version: '1.0.0', operations: {} })
