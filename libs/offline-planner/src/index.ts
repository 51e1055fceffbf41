export { formatResult } from './format-result.ts'
export { createOfflinePlanner } from './offline-planner.ts'
export { plannerLabel } from './planner-answer.ts'
