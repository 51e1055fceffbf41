import type { database } from '@mcp/contracts/database'
import type { internet } from '@mcp/contracts/internet'
import type { prompts } from '@mcp/contracts/prompts'
import type { resources } from '@mcp/contracts/resources'
import type { roots } from '@mcp/contracts/roots'
import type { sampling } from '@mcp/contracts/sampling'
import type { tools } from '@mcp/contracts/tools'

/**
 * The contracts that every session has. They are imported only as types, so that their schemas are
 * not bundled.
 */
export type BuiltinContract =
  | typeof database
  | typeof internet
  | typeof prompts
  | typeof resources
  | typeof roots
  | typeof sampling
  | typeof tools
