// Plain JavaScript: a Node that is too old cannot read anything else of ours. Preload it with
// `node --import @mcp/node/require-node`, or call it first.
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return
  process.stderr.write(`This needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`)
  process.exit(1)
}

requireNode()
