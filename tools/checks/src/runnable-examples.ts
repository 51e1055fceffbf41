/** Returns the code of the complete examples in a Markdown text. */
export function runnableExamples(markdown: string): string[] {
  const blocks = markdown.matchAll(/```ts runnable\n([\s\S]*?)```/g)
  return Array.from(blocks, ([, code = '']) => code)
}
