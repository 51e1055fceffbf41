import { useState } from 'react'

import { serviceUrl } from '../data/service-url.ts'
import { CopyButton } from '../elements/copy-button.tsx'
import { TextField } from '../elements/field.tsx'
import { defaultEndpoint, stdioClient, urlClient } from './client-configurations.ts'
import { ConfigurationBlock } from './configuration-block.tsx'

/** The configurations with which another MCP client uses this system. */
export function AddClient() {
  const [endpoint, setEndpoint] = useState(() => defaultEndpoint(serviceUrl))
  return (
    <section aria-labelledby="add-client-title" className="max-w-2xl space-y-3">
      <h2 className="text-lg font-semibold" id="add-client-title">
        Add to a client
      </h2>
      <p>
        Desktop apps, editors and agents with the Model Context Protocol can use all servers of the
        hub. Paste one of these configurations into theirs.
      </p>
      <h3 className="font-medium">By URL, while the hub runs</h3>
      <div className="flex items-end gap-1">
        <TextField
          className="min-w-0 grow"
          inputMode="url"
          label="Address of /mcp"
          onChange={({ target }) => setEndpoint(target.value.trim())}
          spellCheck={false}
          value={endpoint}
        />
        <CopyButton label="Copy the address" text={endpoint} />
      </div>
      <p className="text-sm text-muted">
        This is the default. The hub prints its address at the start, as “MCP clients”.
      </p>
      <ConfigurationBlock label="Configuration by URL" value={urlClient(endpoint)} />
      <h3 className="font-medium">By command, for a desktop client that starts its servers</h3>
      <p className="text-sm text-muted">
        Replace <code>/path/to/mcp</code> with the folder of the project. No hub has to run.
      </p>
      <ConfigurationBlock label="Configuration by command" value={stdioClient} />
      <p className="text-sm text-muted">
        The page docs/standard-mcp.md lists where each client has its configuration. If the hub
        requires a token, a client by URL sends it as <code>Authorization: Bearer</code>, and the
        command reads it from <code>MCP_TOKEN</code>.
      </p>
    </section>
  )
}
