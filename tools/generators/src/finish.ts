import { execFileSync } from 'node:child_process'

import type { Tree } from '@nx/devkit'

/** Options of {@link finish}. */
export interface FinishOptions {
  /** Whether there are new packages for npm to link. */
  readonly installs: boolean
}

/**
 * Returns the function that completes the generated files. It links new packages, updates the reference
 * of the environment variables and formats the files.
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
