import { jsonResponse } from '@mcp/http'

export const noContent = { status: 204, headers: {}, body: '' } as const

/** Response to a published notification. */
export const accepted = jsonResponse(202, { status: 'accepted' })
