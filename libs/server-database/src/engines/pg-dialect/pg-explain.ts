/**
 * The statement that explains another, which is known to be a single one. Nothing is cut out of it or
 * wrapped around it: `EXPLAIN` stands in front.
 */
export function pgExplain(sql: string, { analyze }: { readonly analyze: boolean }): string {
  return `EXPLAIN (FORMAT JSON, ANALYZE ${analyze ? 'TRUE' : 'FALSE'}) ${sql}`
}
