/** Returns the number of changed rows from a command tag: `INSERT 0 5`, `UPDATE 3`. */
export function affectedRows(commandTag: string): number | undefined {
  const changed = /^(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)$/.exec(commandTag)
  return changed === null ? undefined : Number(changed[1])
}
