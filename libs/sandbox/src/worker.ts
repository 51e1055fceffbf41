export { serveJobs } from './serve-jobs.ts'
export type { JobHandler } from './serve-jobs.ts'
