import type { Tree } from '@nx/devkit'
import { isMap, isScalar, parseDocument } from 'yaml'

import { readText } from '../add-lines.ts'

export interface ComposeService {
  readonly name: string
  readonly port: number
  readonly upper: string
}

/** Adds a server's container to `compose.yaml`, and its address to the session manager's. */
export function addComposeService(tree: Tree, { name, port, upper }: ComposeService): void {
  const file = 'compose.yaml'
  const service = `${name}-server`
  const document = parseDocument(readText(tree, file))
  const services = document.get('services')
  if (!isMap(services)) throw new Error(`${file} has no services.`)

  const entry = document.createNode({
    '<<': '*server',
    build: { context: '.', args: { APP: service, PORT: port } },
    environment: {
      '<<': '*server-environment',
      [`${upper}_SERVER_PORT`]: port,
      MCP_ALLOWED_HOSTS: service,
    },
    ports: [`127.0.0.1:${port}:${port}`],
  })
  services.set(service, entry)

  const path = ['services', 'session-manager', 'environment', 'SERVER_URLS']
  const address = `${name}=http://${service}:${port}`
  const existing = document.getIn(path, true)
  const before = isScalar(existing) ? String(existing.value) : ''
  document.setIn(path, before === '' ? address : `${before},${address}`)

  // The merge keys are written as text: the library would quote an alias that it did not parse.
  const text = document.toString({ lineWidth: 0 })
  tree.write(file, text.replaceAll(/<<: "(\*[\w-]+)"/g, '<<: $1').replaceAll('"<<":', '<<:'))
}
