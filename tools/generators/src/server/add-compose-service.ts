import type { Tree } from '@nx/devkit'

import { readText } from '../add-lines.ts'

export interface ComposeService {
  readonly name: string
  readonly port: number
  readonly upper: string
}

const file = 'compose.yaml'

/**
 * Adds the container of a server to `compose.yaml`, and adds the server's URL to `SERVER_URLS`.
 *
 * @throws Error if the file has no list of volumes after its services, or no `SERVER_URLS`.
 */
export function addComposeService(tree: Tree, { name, port, upper }: ComposeService): void {
  const service = `${name}-server`
  const text = readText(tree, file)
  const end = text.search(/^volumes:$/m)
  const known = text.search(/\$\{SERVER_URLS:-\}/)
  if (end === -1) throw new Error(`${file} has no "volumes:" after its services.`)
  if (known === -1) throw new Error(`${file} does not contain SERVER_URLS: \${SERVER_URLS:-}.`)

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
    <<: *service

`
  tree.write(
    file,
    text.slice(0, known) + address + text.slice(known, end) + entry + text.slice(end),
  )
}
