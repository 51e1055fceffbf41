import { builtinServers } from '../builtin-servers.ts'
import { defineContract } from '../contract.ts'

const { name, type, target } = builtinServers.prompts

/** What the prompts server can do. */
export const prompts = defineContract({ name, type, target, version: '1.0.0', operations: {} })
