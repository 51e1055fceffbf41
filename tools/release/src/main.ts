import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { relative, resolve } from 'node:path'

import { report } from '../../checks/src/report.ts'
import { run } from '../../checks/src/run.ts'
import { readPublishedPackages, root } from '../../checks/src/workspace.ts'
import { checkInstalled } from './check-package.ts'
import { checkMetadata } from './check-metadata.ts'
import { startRegistry } from './registry.ts'
import { createScratchCopy } from './scratch-copy.ts'
import { repository, scope } from './settings.ts'

/**
 * With `--quick`, three packages are installed: one without dependencies on other packages, one with few, and
 * one with all.
 */
const quick = /\/(protocol|client|hub)$/

/**
 * Versions a copy of the workspace with its changesets, publishes every package to a registry on this
 * machine, and installs each from there into an empty project, with an empty cache of npm.
 */
const scratch = mkdtempSync(resolve(tmpdir(), 'mcp-release-'))
const copy = resolve(scratch, 'workspace')
createScratchCopy(copy)
const registry = await startRegistry(scratch)
const npmrc = [
  `${scope}:registry=${registry.url}`,
  `${registry.url.replace('http:', '')}:_authToken=local`,
  `cache=${resolve(scratch, 'cache')}`,
].join('\n')
// npm ignores the configuration file of a package in a workspace, so the file is passed as an option.
const userConfig = resolve(scratch, 'npmrc')
writeFileSync(userConfig, npmrc)
try {
  const packages = readPublishedPackages()
  const problems: string[] = []
  const rows = packages.map((each) => {
    const folder = resolve(copy, relative(root, each.folder))
    const packed = run(
      'npm',
      ['pack', '--json', '--dry-run', '--ignore-scripts', '--loglevel=silent'],
      { cwd: folder },
    )
    const [packResult] = JSON.parse(packed.output.slice(packed.output.indexOf('[')))
    const metadata = checkMetadata(folder, packResult)
    problems.push(...metadata.problems.map((problem) => `${each.name}: ${problem}`))
    const published = run(
      'npm',
      ['publish', '--ignore-scripts', '--provenance=false', `--userconfig=${userConfig}`],
      {
        cwd: folder,
      },
    )
    if (!published.ok) problems.push(`${each.name} cannot be published\n${published.output}`)
    return { package: each.name, version: metadata.version, KiB: metadata.packedKiB }
  })
  console.table(rows)
  if (repository === '')
    console.log('release: no repository is set, so npm publishes without provenance')

  const installed = process.argv.includes('--quick')
    ? packages.filter(({ name }) => quick.test(name))
    : packages
  for (const each of installed) {
    const { name, problems: found } = checkInstalled(
      each,
      resolve(scratch, 'projects', each.name),
      npmrc,
    )
    problems.push(...found.map((problem) => `${name}: ${problem}`))
    console.log(`${found.length === 0 ? 'ok' : 'not ok'} ${name}`)
  }
  report('release', problems, `${rows.length} packages published, ${installed.length} installed`)
} finally {
  await registry.stop()
  rmSync(scratch, { recursive: true, force: true })
}
