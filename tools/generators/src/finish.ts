import { execFileSync } from 'node:child_process'

import type { Tree } from '@nx/devkit'

/** What a generator does after its files are written, in the workspace itself. */
export interface FinishOptions {
  /** Whether packages came that npm must link. */
  readonly installs: boolean
}

/**
 * Makes what was written fit the rest: links new packages, writes the environment's reference anew,
 * and formats.
 */
export function finish(tree: Tree, { installs }: FinishOptions): () => void {
  const files = tree
    .listChanges()
    .filter(({ type, path }) => type !== 'DELETE' && /\.(ts|json|md|yaml)$/.test(path))
    .map(({ path }) => path)

  return () => {
    const run = (command: string, args: readonly string[]): void => {
      execFileSync(command, args, { cwd: tree.root, stdio: 'inherit' })
    }
    if (installs) {
      run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'])
      run('npm', ['run', '--silent', 'docs:environment'])
    }
    run('npx', ['--no-install', 'oxfmt', ...files])
  }
}
