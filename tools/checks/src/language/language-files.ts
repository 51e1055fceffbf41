import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import { root } from '../workspace.ts'

export interface LanguageFile {
  /** Path relative to the workspace. */
  readonly path: string
  /** The package or top-level folder that contains the file. Violations are counted per group. */
  readonly group: string
}

/** Files that quote people or that are about vocabulary. They are not checked. */
const excluded = [
  /^tools\/checks\/src\/language/,
  /^tools\/interop\//,
  /^libs\/offline-planner\//,
  /^libs\/llm\/src\/agent\/word-forms\.ts$/,
  /^libs\/server-prompts\/src\/starter\//,
  /\/fixtures\//,
  /CHANGELOG\.md$/,
]

/** Returns the tracked sources and documents below `folders`, or below all folders if there are none. */
export function languageFiles(folders: readonly string[]): LanguageFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  return listed
    .split('\n')
    .filter((path) => /\.(ts|tsx|js|css|md)$/.test(path) && existsSync(resolve(root, path)))
    .filter((path) => !excluded.some((pattern) => pattern.test(path)))
    .filter((path) => folders.length === 0 || folders.some((folder) => path.startsWith(folder)))
    .map((path) => ({ path, group: groupOf(path) }))
}

function groupOf(path: string): string {
  const [top = '', second = ''] = path.split('/')
  return ['libs', 'apps', 'tools'].includes(top) ? `${top}/${second}` : top
}
