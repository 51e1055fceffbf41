import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { VariableDescription } from '@mcp/node'
import { describeEnvironment } from '@mcp/node'
import * as z from 'zod'

import { report } from './report.ts'
import { root } from './workspace.ts'

/**
 * Checks that `.env.example` and `docs/environment.md` match the schemas of the apps. With `--write`,
 * writes both files.
 */
interface Variable extends VariableDescription {
  /** The apps that read the variable. */
  readonly apps: readonly string[]
}

const configSchema = z.object({ config: z.instanceof(z.ZodObject) })

const variables = await readVariables()
const pages = new Map([
  [resolve(root, '.env.example'), envExample(variables)],
  [resolve(root, 'docs/environment.md'), referencePage(variables)],
])

if (process.argv.includes('--write')) {
  for (const [path, content] of pages) writeFileSync(path, content)
} else {
  const stale = Array.from(pages).filter(
    ([path, content]) => !existsSync(path) || readFileSync(path, 'utf8') !== content,
  )
  const problems = stale.map(
    ([path]) => `${relative(root, path)} does not match the schemas: npm run docs:environment`,
  )
  report('environment', problems, `${variables.length} variables`)
}

async function readVariables(): Promise<Variable[]> {
  const found = new Map<string, Variable>()
  for (const path of globSync('apps/*/src/config.ts', { cwd: root }).toSorted()) {
    const app = basename(dirname(dirname(path)))
    const module: unknown = await import(pathToFileURL(resolve(root, path)).href)
    for (const variable of describeEnvironment(configSchema.parse(module).config)) {
      const apps = found.get(variable.name)?.apps ?? []
      found.set(variable.name, { ...variable, apps: [...apps, app] })
    }
  }
  return Array.from(found.values()).toSorted((left, right) => left.name.localeCompare(right.name))
}

function envExample(all: readonly Variable[]): string {
  const entries = all.map(
    ({ name, description, default: preset }) => `# ${description}\n# ${name}=${preset ?? ''}\n`,
  )
  return `# Copy to .env and uncomment what should differ. Environment variables override this file.

${entries.join('\n')}`
}

function referencePage(all: readonly Variable[]): string {
  const rows = all.map(({ name, description, default: preset, apps }) => {
    const shown = preset === undefined || preset === '' ? '' : `\`${preset}\``
    return `| \`${name}\` | ${description.replaceAll('|', '\\|')} | ${shown} | ${apps.join(', ')} |`
  })
  return `# Environment

Written by \`npm run docs:environment\` from the apps' schemas. An invalid value ends the start with a
message, and so does an unknown name that is similar to one of these. Any other unknown name that starts
with \`MCP_\` causes a warning.

| variable | what it does | default | read by |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
