export { serveMethods } from './long-lived/serve-methods.ts'
export { serveJobs } from './serving/serve-jobs.ts'
export type { JobHandler } from './serving/serve-jobs.ts'
