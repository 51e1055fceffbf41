/** The results in the order of the items, of which at most `atOnce` are worked on at a time. */
export async function mapWithLimit<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const waiting = items.entries()

  async function work(): Promise<void> {
    for (const [index, item] of waiting) results[index] = await run(item)
  }

  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work))
  return results
}
