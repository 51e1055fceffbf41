import type { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

import { replaceLastPrompt } from '../messages/message-request.ts'
import type { SchemaChecker } from '../schema/schema-checker.ts'
import type { ApprovalEdits, PendingApproval, PendingAnswer } from './pending-approval.ts'

/**
 * What is approved, with a person's changes made.
 *
 * @throws McpError `invalid-params` where a change does not belong to what is approved, or makes an
 * answer that no longer fits its schema.
 */
export async function applyEdits(
  approval: PendingApproval,
  edits: ApprovalEdits,
  schemas: SchemaChecker,
  signal: AbortSignal,
): Promise<PendingApproval> {
  const { text, ...ofRequest } = edits
  if (approval.stage === 'request') {
    if (text !== undefined) throw misplaced('text', 'a request has no answer to change yet')
    return editRequest(approval, ofRequest)
  }
  const [first] = Object.entries(ofRequest).find(([, edit]) => edit !== undefined) ?? []
  if (first !== undefined) throw misplaced(first, 'the request was sent; only text can be changed')
  return text === undefined ? approval : editAnswer(approval, text, schemas, signal)
}

function editRequest(
  approval: Extract<PendingApproval, { stage: 'request' }>,
  { prompt, system, maxTokens, temperature }: Omit<ApprovalEdits, 'text'>,
): PendingApproval {
  const { request } = approval
  const messages =
    prompt === undefined ? request.messages : replaceLastPrompt(request.messages, prompt)
  if (messages === undefined) throw misplaced('prompt', 'the request has no text of the user')
  return {
    ...approval,
    request: {
      ...request,
      messages,
      system: system ?? request.system,
      maxTokens: maxTokens ?? request.maxTokens,
      temperature: temperature ?? request.temperature,
    },
  }
}

async function editAnswer(
  approval: PendingAnswer,
  text: string,
  schemas: SchemaChecker,
  signal: AbortSignal,
): Promise<PendingApproval> {
  const { request, answer } = approval
  if (request.responseSchema === undefined) return { ...approval, answer: { ...answer, text } }
  const checked = await schemas.checkAnswer(request.responseSchema, text, signal)
  if (!checked.fits) {
    throw misplaced('text', `the text does not fit the schema: ${checked.problems.join('; ')}`)
  }
  return { ...approval, answer: { ...answer, text, value: checked.value } }
}

const misplaced = (edit: string, message: string): McpError =>
  invalidParam(['edits', edit], message)
