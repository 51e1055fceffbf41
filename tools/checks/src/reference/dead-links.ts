import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import { root } from '../workspace.ts'

/** Returns the relative links of all documents whose file or heading does not exist. */
export function deadLinks(): string[] {
  const files = globSync(['*.md', 'docs/**/*.{md,txt}', 'libs/*/README.md', 'apps/*/README.md'], {
    cwd: root,
  })
  return files.flatMap((file) => {
    const text = withoutCode(readFileSync(resolve(root, file), 'utf8'))
    return Array.from(text.matchAll(/\]\(([^()\s]+)\)/g), ([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !isAlive(resolve(root, file), link))
      .map((link) => `${file} links to ${link}, which does not exist`)
  })
}

function isAlive(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? from : resolve(dirname(from), path)
  if (!existsSync(target)) return false
  if (anchor === undefined || !target.endsWith('.md')) return true
  const headings = withoutCode(readFileSync(target, 'utf8')).matchAll(/^#+ (.+)$/gm)
  return Array.from(headings, ([, heading = '']) => slugOf(heading)).includes(anchor)
}

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '')

/** Returns the anchor of a heading, as code hosts form it. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}
