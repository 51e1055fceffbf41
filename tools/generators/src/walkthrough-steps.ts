/** One step of a walkthrough. */
export type Step =
  | { readonly type: 'file-written'; readonly path: string; readonly content: string }
  | { readonly type: 'command-run'; readonly command: string }
  | { readonly type: 'program-started'; readonly command: string }
  /** The last step of a page: all checks before a commit. */
  | { readonly type: 'all-checked'; readonly command: string }

const block = /^(`{3,4})(\w+)([^\n]*)\n([\s\S]*?)^\1$/gm

/**
 * Returns the steps of a page, in order. A code block with `file=` is a file to write. A block of the
 * language `sh` is a command. Other blocks are not steps.
 */
export function walkthroughSteps(markdown: string): Step[] {
  return Array.from(markdown.matchAll(block)).flatMap(
    ([, , language, info = '', content = '']): Step[] => {
      const path = /file=(\S+)/.exec(info)?.[1]
      if (path !== undefined) return [{ type: 'file-written', path, content }]
      if (language !== 'sh') return []
      const command = content.trim()
      if (info.includes('background')) return [{ type: 'program-started', command }]
      if (info.includes('check')) return [{ type: 'all-checked', command }]
      return [{ type: 'command-run', command }]
    },
  )
}
