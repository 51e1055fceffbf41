export { createHub } from './create-hub.ts'
export type { Hub, HubOptions } from './create-hub.ts'
