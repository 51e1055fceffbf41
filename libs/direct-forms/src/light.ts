// The parts of this package that do not load zod, for programs that start often and must start fast.
export { findOperation, operationName } from './find-operation.ts'
export type { FoundOperation, NamedOperation } from './find-operation.ts'
export { convertValue, parseJsonValue } from './arguments/convert-value.ts'
export type { ConvertedValue } from './arguments/convert-value.ts'
export { splitWords } from './split-words.ts'
