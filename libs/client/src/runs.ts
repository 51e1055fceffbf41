export { emptyRun, foldRun } from './runs/fold-run.ts'
export type { RunCall, RunItem, RunView } from './runs/fold-run.ts'
