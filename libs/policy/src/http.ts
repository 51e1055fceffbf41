export { mountPolicy } from './explain-service.ts'
export type { MountPolicyOptions } from './explain-service.ts'
