import type { Schema } from '@mcp/protocol'

// Read off the schema itself, so that the published types need no zod beside the protocol's.

/** What a schema takes. */
export type Input<S extends Schema> = S['_zod']['input']

/** What a schema gives. */
export type Output<S extends Schema> = S['_zod']['output']
