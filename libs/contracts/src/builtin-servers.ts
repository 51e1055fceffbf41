/** Identification of a built-in server. */
export interface BuiltinServer {
  readonly name: string
  /** Value of `metadata.source` in its envelopes, such as `mcp-server-3`. */
  readonly source: string
  /** Request type of its operations. */
  readonly type: string
  /** Key of the target in the payload, such as `tool`. */
  readonly target: string
  /** Default port of the app that runs the server. */
  readonly port: number
}

/** The seven built-in servers. */
export const builtinServers = {
  resources: builtinServer('resources', 1, 'resource-access', 'resource'),
  sampling: builtinServer('sampling', 2, 'sampling-operation', 'model'),
  tools: builtinServer('tools', 3, 'tool-execution', 'tool'),
  database: builtinServer('database', 4, 'database-operation', 'database'),
  internet: builtinServer('internet', 5, 'internet-access', 'url'),
  roots: builtinServer('roots', 6, 'root-operation', 'root'),
  prompts: builtinServer('prompts', 7, 'prompt-template', 'prompt'),
} as const

function builtinServer<
  const Name extends string,
  const Type extends string,
  const Target extends string,
>(name: Name, number: number, type: Type, target: Target) {
  return { name, source: `mcp-server-${number}`, type, target, port: 5000 + number }
}
