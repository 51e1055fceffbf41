import { anthropicFormat } from '../fixtures/stand-ins/anthropic-format.ts'
import { completionsFormat } from '../fixtures/stand-ins/completions-format.ts'
import { googleFormat } from '../fixtures/stand-ins/google-format.ts'
import { responsesFormat } from '../fixtures/stand-ins/responses-format.ts'
import { describeModelProvider } from './model-provider.contract.ts'

for (const format of [completionsFormat, responsesFormat, anthropicFormat, googleFormat]) {
  describeModelProvider(format)
}
