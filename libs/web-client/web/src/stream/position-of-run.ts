/**
 * Returns the position of one run. `position` contains the positions of all sources of a stream. Returns 0 if it
 * does not contain the run.
 */
export function positionOfRun(position: string | undefined, runId: string): number {
  const runs = new URLSearchParams(position).get('runs') ?? ''
  const part = runs.split(',').find((each) => each.startsWith(`${runId}:`))
  return part === undefined ? 0 : Number(part.slice(runId.length + 1))
}
