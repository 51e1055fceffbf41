export { serveJobs } from './serving/serve-jobs.ts'
export type { JobHandler } from './serving/serve-jobs.ts'
