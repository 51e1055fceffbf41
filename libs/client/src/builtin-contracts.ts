import type { database } from '@mcp/protocol/contracts/database'
import type { internet } from '@mcp/protocol/contracts/internet'
import type { prompts } from '@mcp/protocol/contracts/prompts'
import type { resources } from '@mcp/protocol/contracts/resources'
import type { roots } from '@mcp/protocol/contracts/roots'
import type { sampling } from '@mcp/protocol/contracts/sampling'
import type { tools } from '@mcp/protocol/contracts/tools'

/** The contracts every session knows by itself. By type only: their schemas stay out of the bundle. */
export type BuiltinContract =
  | typeof database
  | typeof internet
  | typeof prompts
  | typeof resources
  | typeof roots
  | typeof sampling
  | typeof tools
