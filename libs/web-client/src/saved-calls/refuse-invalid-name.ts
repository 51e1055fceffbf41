import { McpError } from '@mcp/protocol'

/**
 * @throws McpError `invalid-request`. Other names could collide in a file system, or have a special meaning
 * there.
 */
export async function refuseInvalidName(name: string): Promise<void> {
  // The module builds the schemas of the whole REST API, which a start does not need.
  const { savedCallName } = await import('@mcp/protocol/rest')
  if (savedCallName.safeParse(name).success) return
  throw new McpError(
    'invalid-request',
    `Invalid name of a saved call: "${name.slice(0, 100)}". Use at most 64 lower-case letters, digits, "-" and "_".`,
  )
}
