/** Returns the difference of two texts in the format of `diff -u`. */
export async function unifiedDiff(path: string, before: string, after: string): Promise<string> {
  if (before === after) return ''
  const { createTwoFilesPatch } = await import('diff')
  const patch = await new Promise<string | undefined>((resolve) => {
    createTwoFilesPatch(path, path, before, after, undefined, undefined, {
      context: 3,
      headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      // With a callback, the diff yields to the event loop between steps. The timeout, in milliseconds,
      // stops the diff of texts with little in common.
      timeout: 1_000,
      callback: resolve,
    })
  })
  return patch ?? wholeDiff(path, before, after)
}

/** Returns a diff that replaces the whole text. It is valid for any two texts. */
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

/**
 * Splits a text into lines with their line breaks. Marks a last line without a line break in the same
 * way as `diff`.
 */
function linesOf(text: string): string[] {
  const lines = text.split('\n')
  const rest = lines.pop() ?? ''
  const whole = lines.map((line) => `${line}\n`)
  return rest === '' ? whole : [...whole, `${rest}\n\\ No newline at end of file\n`]
}
