import type { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

import { replaceLastPrompt } from '../messages/message-request.ts'
import type { CheckOptions, SchemaChecker } from '../schema/schema-checker.ts'
import type { ApprovalEdits, PendingApproval, PendingResponse } from './pending-approval.ts'

/**
 * Returns a copy of the approval with the edits that the user made while approving it.
 *
 * @throws McpError `invalid-params` if an edit does not belong to the stage of the approval, or
 * if the edited response no longer matches its schema.
 */
export async function applyEdits(
  approval: PendingApproval,
  edits: ApprovalEdits,
  schemas: SchemaChecker,
  caller: CheckOptions,
): Promise<PendingApproval> {
  const { text, ...ofRequest } = edits
  if (approval.stage === 'request') {
    if (text !== undefined) throw misplaced('text', 'a request has no response to edit yet')
    return editRequest(approval, ofRequest)
  }
  const [first] = Object.entries(ofRequest).find(([, edit]) => edit !== undefined) ?? []
  if (first !== undefined)
    throw misplaced(first, 'the request was sent already; only text can be edited')
  return text === undefined ? approval : editResponse(approval, text, schemas, caller)
}

function editRequest(
  approval: Extract<PendingApproval, { stage: 'request' }>,
  { prompt, system, maxTokens, temperature }: Omit<ApprovalEdits, 'text'>,
): PendingApproval {
  const { request } = approval
  const messages =
    prompt === undefined ? request.messages : replaceLastPrompt(request.messages, prompt)
  if (messages === undefined) throw misplaced('prompt', 'the request has no user text')
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

async function editResponse(
  approval: PendingResponse,
  text: string,
  schemas: SchemaChecker,
  caller: CheckOptions,
): Promise<PendingApproval> {
  const { request, response } = approval
  if (request.responseSchema === undefined) return { ...approval, response: { ...response, text } }
  const checked = await schemas.checkResponse(request.responseSchema, text, caller)
  if (!checked.isValid) {
    throw misplaced('text', `the text does not match the schema: ${checked.problems.join('; ')}`)
  }
  return { ...approval, response: { ...response, text, value: checked.value } }
}

const misplaced = (edit: string, message: string): McpError =>
  invalidParam(['edits', edit], message)
