export { createGuardedFetch } from './transport/guarded-fetch.ts'
export type { GuardedFetchOptions } from './transport/guarded-fetch.ts'
