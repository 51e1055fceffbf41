import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

import { run } from '../../checks/src/run.ts'
import { readPublishedPackages, root } from '../../checks/src/workspace.ts'
import { repository, scope, sourceScope } from './settings.ts'

/** Copies the workspace with its builds to `folder`, and versions the copy with the changesets. */
export function createScratchCopy(folder: string): void {
  const files = run('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root }).output
  const builds = readPublishedPackages().map(({ folder }) =>
    relative(root, resolve(folder, 'dist')),
  )
  const parts = files
    .split('\n')
    .filter((file) =>
      /^(libs\/|apps\/|tools\/[^/]+\/package\.json|\.changeset\/|package(-lock)?\.json$)/.test(
        file,
      ),
    )
  for (const part of [...parts, ...builds]) {
    mkdirSync(dirname(resolve(folder, part)), { recursive: true })
    cpSync(resolve(root, part), resolve(folder, part), { recursive: true })
  }
  symlinkSync(resolve(root, 'node_modules'), resolve(folder, 'node_modules'))
  const git = (...parameters: string[]) =>
    expectOk(
      'git',
      ['-c', 'user.name=release', '-c', 'user.email=release@localhost', ...parameters],
      folder,
    )
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(resolve(folder, '.gitignore'), 'node_modules\n')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'scratch copy')
  expectOk('node', [resolve(root, 'node_modules/@changesets/cli/bin.js'), 'version'], folder)
  applySettings(folder)
}

function expectOk(command: string, parameters: readonly string[], cwd: string): void {
  const { ok, output } = run(command, parameters, { cwd })
  if (!ok) throw new Error(`${command} ${parameters.join(' ')} failed\n${output}`)
}

/** Writes the scope to every file of the packages, and the repository to their manifests. */
function applySettings(folder: string): void {
  for (const path of globSync('{libs/*,apps/cli}/package.json', { cwd: folder })) {
    const file = resolve(folder, path)
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const directory = dirname(path)
    const source = { type: 'git', url: repository, directory }
    const complete = { ...Object(manifest), ...(repository === '' ? {} : { repository: source }) }
    writeFileSync(file, JSON.stringify(complete, undefined, 2))
  }
  if (scope === sourceScope) return
  for (const path of globSync(
    '{libs/*,apps/cli}/{package.json,README.md,{src,dist}/**/*.{ts,js,html}}',
    {
      cwd: folder,
    },
  )) {
    const file = resolve(folder, path)
    const text = readFileSync(file, 'utf8')
    const renamed = text.replaceAll(`${sourceScope}/`, `${scope}/`)
    // The export condition of the sources is not a package.
    writeFileSync(file, renamed.replaceAll(`${scope}/source`, `${sourceScope}/source`))
  }
}
