import { join } from 'node:path'

import type { Tree } from '@nx/devkit'
import { generateFiles, updateJson } from '@nx/devkit'

import { addImport, addToList } from '../add-lines.ts'
import { finish } from '../finish.ts'
import { nameForms } from '../name-forms.ts'
import { addComposeService } from './add-compose-service.ts'
import { nextPort } from './next-port.ts'

export interface ServerGeneratorOptions {
  readonly name: string
}

// Each of these files contains a list of servers. The generator adds one line to each list.
const hubServers = 'apps/hub/src/servers.ts'
const furtherServers = 'apps/services/src/further-servers.ts'

/**
 * Names that a server must not have. A client's session has a member for each server, beside its own members
 * in this list. With the names `create` and `define`, the generated function would have the name of an
 * existing function: `createServer` or `defineServer`.
 */
const takenNames: ReadonlySet<string> = new Set(
  'id info request notifications respond publish close constructor create define'.split(' '),
)

/**
 * Generates a server: the library (contract, implementation, tests and README), the app, and the entry in
 * `compose.yaml`. Adds the server to the hub and to `npm run start:services`.
 *
 * @throws Error if the name is not in kebab-case, a reserved word, or in use.
 */
export default function serverGenerator(tree: Tree, options: ServerGeneratorOptions): () => void {
  const forms = nameForms(options.name)
  const { name, camel } = forms
  const library = `libs/server-${name}`
  const app = `apps/${name}-server`
  for (const folder of [library, app]) {
    if (tree.exists(folder)) throw new Error(`The folder ${folder} exists already.`)
  }

  if (takenNames.has(name)) {
    throw new Error(
      `The name "${name}" is in use: a session of the client, or a package of the server, has a member of that name.`,
    )
  }

  const port = nextPort(tree)
  const files = { ...forms, port, tmpl: '' }
  generateFiles(tree, join(import.meta.dirname, 'files/lib'), library, files)
  generateFiles(tree, join(import.meta.dirname, 'files/app'), app, files)
  tree.write(`${library}/LICENSE`, tree.read('LICENSE') ?? '')
  tree.write(`.changeset/server-${name}.md`, changeset(name))

  addImport(tree, hubServers, `import { ${camel}Server } from '@mcp/server-${name}'`)
  addToList(tree, {
    file: hubServers,
    opening: 'servers: readonly CreateServer[] = [',
    line: `  ${camel}Server,`,
  })
  updateJson(tree, 'apps/hub/package.json', (manifest: Manifest) => ({
    ...manifest,
    dependencies: sorted({ ...manifest.dependencies, [`@mcp/server-${name}`]: '^0.1.0' }),
  }))
  addToList(tree, {
    file: furtherServers,
    opening: 'furtherServers: readonly FurtherServer[] = [',
    line: `  { name: '${name}', port: ${port} },`,
  })
  addComposeService(tree, { name, port, upper: forms.upper })
  return finish(tree, { installs: true })
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
}

function sorted(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).toSorted(([left], [right]) => left.localeCompare(right)),
  )
}

const changeset = (name: string): string => `---
'@mcp/server-${name}': minor
---

The ${name} server.
`
