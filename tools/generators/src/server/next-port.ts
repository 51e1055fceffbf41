import type { Tree } from '@nx/devkit'

/** The servers of the system itself end here. */
const lastOfTheSeven = 5007

/** The first port after those that the apps listen on by default. */
export function nextPort(tree: Tree): number {
  const ports = tree
    .children('apps')
    .flatMap((app) => tree.read(`apps/${app}/src/config.ts`, 'utf8') ?? [])
    .flatMap((text) => Array.from(text.matchAll(/\.default\((5\d{3})\)/g), ([, port]) => port))
  return Math.max(lastOfTheSeven, ...ports.map(Number)) + 1
}
