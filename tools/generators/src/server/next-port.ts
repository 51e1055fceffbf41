import type { Tree } from '@nx/devkit'

/** The highest port of the built-in servers. */
const lastOfTheSeven = 5007

/** Returns the first port above the default ports of all server apps. */
export function nextPort(tree: Tree): number {
  const ports = tree
    .children('apps')
    .flatMap((app) => tree.read(`apps/${app}/src/config.ts`, 'utf8') ?? [])
    .flatMap((text) => Array.from(text.matchAll(/\.default\((5\d{3})\)/g), ([, port]) => port))
  return Math.max(lastOfTheSeven, ...ports.map(Number)) + 1
}
