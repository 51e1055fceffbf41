/** The difference of two texts, as `diff -u` writes it. */
export async function unifiedDiff(path: string, before: string, after: string): Promise<string> {
  if (before === after) return ''
  const { createTwoFilesPatch } = await import('diff')
  const patch = await new Promise<string | undefined>((resolve) => {
    createTwoFilesPatch(path, path, before, after, undefined, undefined, {
      context: 3,
      headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      // Gives the event loop back between its steps, and gives up in time on texts with little in common.
      timeout: 1_000,
      callback: resolve,
    })
  })
  return patch ?? wholeDiff(path, before, after)
}

/** Says that all is replaced, which is true of any two texts. */
function wholeDiff(path: string, before: string, after: string): string {
  const removed = before.split('\n').map((line) => `-${line}`)
  const added = after.split('\n').map((line) => `+${line}`)
  const head = `--- ${path}\n+++ ${path}\n@@ -1,${removed.length} +1,${added.length} @@`
  return [head, ...removed, ...added, ''].join('\n')
}
