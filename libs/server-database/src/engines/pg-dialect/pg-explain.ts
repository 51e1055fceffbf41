/**
 * Returns the statement that explains another, which is known to be a single one. `EXPLAIN` is only a
 * prefix: the statement itself is unchanged.
 */
export function pgExplain(sql: string, { analyze }: { readonly analyze: boolean }): string {
  return `EXPLAIN (FORMAT JSON, ANALYZE ${analyze ? 'TRUE' : 'FALSE'}) ${sql}`
}
