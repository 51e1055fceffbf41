export { createOfflinePlanner } from './offline-planner.ts'
export { plannerLabel } from './planner-answer.ts'
