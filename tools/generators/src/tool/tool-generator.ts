import { join } from 'node:path'

import type { Tree } from '@nx/devkit'
import { generateFiles } from '@nx/devkit'

import { addImport, addToList } from '../add-lines.ts'
import { finish } from '../finish.ts'
import { nameForms } from '../name-forms.ts'

export interface ToolGeneratorOptions {
  readonly name: string
}

const library = 'libs/server-tools'
/** The tool of the tools server itself, with operations such as `list` and `describe`. */
const catalogue = 'tools'
const builtinTools = `${library}/src/builtin-tools.ts`

/**
 * Generates a tool of the tools server: a file with its operations, a file with its tests, and an entry
 * in the list of tools.
 *
 * @throws Error if the name is not in kebab-case, a reserved word, or in use.
 */
export default function toolGenerator(tree: Tree, options: ToolGeneratorOptions): () => void {
  const forms = nameForms(options.name)
  const { name, camel } = forms
  const folder = `${library}/src/${name}`
  if (tree.exists(folder)) throw new Error(`The folder ${folder} exists already.`)
  const isTaken = new RegExp(`\\b${camel}\\b`).test(tree.read(builtinTools, 'utf8') ?? '')
  if (isTaken || camel === catalogue) {
    throw new Error(`The name "${camel}" is in use in ${builtinTools} or in the tools server.`)
  }

  generateFiles(tree, join(import.meta.dirname, 'files'), folder, { ...forms, tmpl: '' })
  tree.write(`.changeset/tool-${name}.md`, changeset(camel))
  addImport(tree, builtinTools, `import { ${camel} } from './${name}/${name}.ts'`)
  addToList(tree, {
    file: builtinTools,
    opening: 'builtinTools = [',
    line: `  ${camel},`,
  })
  return finish(tree, { installs: false })
}

const changeset = (camel: string): string => `---
'@mcp/server-tools': minor
---

The tool \`${camel}\`.
`
