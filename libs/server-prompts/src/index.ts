export { promptsServer } from './prompts-server.ts'
export type { PromptsServerOptions } from './prompts-server.ts'
