/** Where one of the seven servers stands in the system. */
export interface BuiltinServer {
  readonly name: string
  /** What it writes as `metadata.source`. */
  readonly source: string
  /** The request type it answers. */
  readonly type: string
  /** The payload's key that holds its target. */
  readonly target: string
  /** The port its app listens on unless told otherwise. */
  readonly port: number
}

/** The seven servers of the reference system. */
export const builtinServers = {
  resources: place('resources', 1, 'resource-access', 'resource'),
  sampling: place('sampling', 2, 'sampling-operation', 'model'),
  tools: place('tools', 3, 'tool-execution', 'tool'),
  database: place('database', 4, 'database-operation', 'database'),
  internet: place('internet', 5, 'internet-access', 'url'),
  roots: place('roots', 6, 'root-operation', 'root'),
  prompts: place('prompts', 7, 'prompt-template', 'prompt'),
} as const

function place<const Name extends string, const Type extends string, const Target extends string>(
  name: Name,
  number: number,
  type: Type,
  target: Target,
) {
  return { name, source: `mcp-server-${number}`, type, target, port: 5000 + number }
}
