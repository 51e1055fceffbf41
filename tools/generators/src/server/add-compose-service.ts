import type { Tree } from '@nx/devkit'

import { readText } from '../add-lines.ts'

export interface ComposeService {
  readonly name: string
  readonly port: number
  readonly upper: string
}

const file = 'compose.yaml'

/**
 * Adds a server's container to `compose.yaml`, and its address to those that the session manager knows.
 *
 * @throws Error where the file has no list of volumes behind its services, or no `SERVER_URLS`.
 */
export function addComposeService(tree: Tree, { name, port, upper }: ComposeService): void {
  const service = `${name}-server`
  const text = readText(tree, file)
  const end = text.search(/^volumes:$/m)
  const known = text.search(/\$\{SERVER_URLS:-\}/)
  if (end === -1) throw new Error(`${file} has no "volumes:" behind its services.`)
  if (known === -1) throw new Error(`${file} does not say SERVER_URLS: \${SERVER_URLS:-}.`)

  const address = `${name}=http://${service}:${port},`
  const entry = `  ${service}:
    build:
      context: .
      args:
        APP: ${service}
        PORT: ${port}
    environment:
      <<: *server-environment
      ${upper}_SERVER_PORT: ${port}
      MCP_ALLOWED_HOSTS: ${service}
    ports:
      - '127.0.0.1:${port}:${port}'
    <<: *service

`
  tree.write(
    file,
    text.slice(0, known) + address + text.slice(known, end) + entry + text.slice(end),
  )
}
