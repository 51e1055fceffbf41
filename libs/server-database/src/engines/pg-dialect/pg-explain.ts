/**
 * Returns the `EXPLAIN` statement for `sql`, which must be a single statement. Only adds a prefix, and does
 * not change `sql` itself.
 */
export function pgExplain(sql: string, { analyze }: { readonly analyze: boolean }): string {
  return `EXPLAIN (FORMAT JSON, ANALYZE ${analyze ? 'TRUE' : 'FALSE'}) ${sql}`
}
