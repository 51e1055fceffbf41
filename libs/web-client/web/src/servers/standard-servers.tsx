import { exampleServers } from './client-configurations.ts'
import { ConfigurationBlock } from './configuration-block.tsx'

/** Explains the MCP configuration file, with which existing MCP servers are added. */
export function StandardServers() {
  return (
    <section aria-labelledby="standard-servers-title" className="max-w-2xl space-y-3">
      <h2 className="text-lg font-semibold" id="standard-servers-title">
        Add an MCP server that you have
      </h2>
      <p>
        Put the <code>mcpServers</code> of your client into the file <code>mcp.json</code> in the
        folder in which the hub was started:
      </p>
      <ConfigurationBlock label="File mcp.json" value={exampleServers} />
      <p className="text-sm text-muted">
        The hub takes up changes of the file within two seconds, and lists the servers in the part
        “Servers”. The variable <code>MCP_CONFIG</code> selects another file. The page
        docs/upstreams.md lists all options.
      </p>
    </section>
  )
}
