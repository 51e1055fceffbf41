import type { tools } from '@mcp/protocol/contracts/tools'

/** The contracts every session knows by itself. By type only: their schemas stay out of the bundle. */
export type BuiltinContract = typeof tools
