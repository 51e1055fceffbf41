/** Configuration of a hub that offers a standard MCP server of each transport. */
export const exampleServers = {
  mcpServers: {
    files: {
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem', '/srv/documents'],
    },
    github: {
      url: 'https://api.githubcopilot.com/mcp/',
      headers: { authorization: 'Bearer ${GITHUB_TOKEN}' },
    },
  },
}

/** Configuration of a client that starts its servers itself. */
export const stdioClient = {
  mcpServers: {
    mcp: {
      command: 'npm',
      args: ['run', '--silent', '--prefix', '/path/to/mcp', 'mcp', '--', 'stdio'],
    },
  },
}

/** Returns the configuration of a client that connects by URL. */
export function urlClient(url: string) {
  return { mcpServers: { mcp: { type: 'http', url } } }
}

/**
 * Returns the default address of the MCP endpoint on the host that serves the page. The session manager
 * serves the endpoint on a port of its own, which the page does not know.
 */
export function defaultEndpoint({ hostname }: URL): string {
  return `http://${hostname}:5000/mcp`
}
