import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

import { deadLinks } from './reference/dead-links.ts'
import { exportPages } from './reference/export-pages.ts'
import { operationPages } from './reference/operation-pages.ts'
import { report } from './report.ts'
import { readPublishedPackages, root } from './workspace.ts'

/**
 * Checks that `docs/reference` and `docs/llms.txt` match the contracts and the types, and that no link
 * in a document is dead. With `--write`, writes the reference first.
 */
const folder = resolve(root, 'docs/reference')
const packages = readPublishedPackages()
const pages = new Map([...(await operationPages()), ...exportPages(packages)])
pages.set('README.md', indexPage(Array.from(pages.keys())))
pages.set('../llms.txt', llmsText(Array.from(pages.keys())))

if (process.argv.includes('--write')) {
  rmSync(folder, { recursive: true, force: true })
  for (const [path, content] of pages) {
    const file = resolve(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}
const written = globSync('**/*.md', { cwd: folder })
const stale = Array.from(pages).filter(([path, content]) => {
  const file = resolve(folder, path)
  return !existsSync(file) || readFileSync(file, 'utf8') !== content
})
const problems = [
  ...stale.map(([path]) => `${relative(root, resolve(folder, path))} is not current: npm run docs`),
  ...written.filter((path) => !pages.has(path)).map((path) => `docs/reference/${path} is obsolete`),
  ...deadLinks(),
]
const count = (prefix: string, heading: RegExp): number =>
  Array.from(pages)
    .filter(([path]) => path.startsWith(prefix))
    .reduce((sum, [, content]) => sum + (content.match(heading)?.length ?? 0), 0)
const operations = count('operations/', /^\*\*Result\*\*$/gm)
const exported = count('api/', /^### /gm)
report(
  'docs',
  problems,
  `${operations} operations and ${exported} exports described, links followed`,
)

function indexPage(paths: readonly string[]): string {
  const list = (prefix: string): string =>
    paths
      .filter((path) => path.startsWith(prefix))
      .map((path) => `- [${path.slice(prefix.length, -'.md'.length)}](${path})`)
      .join('\n')
  return `# Reference

Written by \`npm run docs\`.

## Operations, by server

${list('operations/')}

## Exports, by package

${list('api/')}
`
}

function llmsText(paths: readonly string[]): string {
  const guides = globSync('*.md', { cwd: resolve(root, 'docs') }).toSorted()
  const titleOf = (path: string): string =>
    /^# (.+)$/m.exec(readFileSync(resolve(root, 'docs', path), 'utf8'))?.[1] ?? path
  return `# MCP: sessions, servers and a client for language models

> A session manager between applications with a language model and servers with tools, files, SQL, web pages and prompts. TypeScript libraries.

## Guides

${guides.map((path) => `- [${titleOf(path)}](${path})`).join('\n')}

## Packages

${packages.map(({ name, folder: place }) => `- [${name}](${relative(resolve(root, 'docs'), place)}/README.md)`).join('\n')}

## Reference

${paths.map((path) => `- [${path.replace('.md', '')}](reference/${path})`).join('\n')}
`
}
