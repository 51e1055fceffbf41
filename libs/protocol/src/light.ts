// The parts that load no zod, for programs that start often and have to start fast.
export { isErrorBody, McpError } from './errors/mcp-error.ts'
export type { ErrorBody } from './errors/mcp-error.ts'
export { didYouMean, nearNames } from './errors/near-names.ts'
export { keepsDigits } from './exact-number.ts'
export { isRecord } from './is-record.ts'
export { parseJson } from './json.ts'
export { readResultName } from './contract/large-result.ts'
