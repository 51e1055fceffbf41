/** Returns the position of a run in the position of an entry, or 0. */
export function positionOfRun(position: string | undefined, runId: string): number {
  const runs = new URLSearchParams(position).get('runs') ?? ''
  const part = runs.split(',').find((each) => each.startsWith(`${runId}:`))
  return part === undefined ? 0 : Number(part.slice(runId.length + 1))
}
