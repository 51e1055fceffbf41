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
  const removed = linesOf(before)
  const added = linesOf(after)
  const range = ({ length }: readonly string[]): string => `${Math.min(length, 1)},${length}`
  return [
    `--- ${path}\n+++ ${path}\n@@ -${range(removed)} +${range(added)} @@\n`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
  ].join('')
}

/** The lines of a text with their line breaks; a last one without says so. */
function linesOf(text: string): string[] {
  const lines = text.split('\n')
  const rest = lines.pop() ?? ''
  const whole = lines.map((line) => `${line}\n`)
  return rest === '' ? whole : [...whole, `${rest}\n\\ No newline at end of file\n`]
}
