import type { Connection } from './connection.ts'
import { createRest } from './create-rest.ts'

/** Lists the ids of up to 20 conversations, the most recently updated one first. */
export async function listConversationIds(
  connection: Connection,
  signal: AbortSignal,
): Promise<string[]> {
  const page = await createRest(connection).conversations.list({ limit: 20 }, { signal })
  return page.conversations.map(({ id }) => id)
}

/** Lists the names of the models, such as `openai/gpt-5`. */
export async function listModelNames(
  connection: Connection,
  signal: AbortSignal,
): Promise<string[]> {
  const { providers } = await createRest(connection).models.list({ signal })
  return providers.flatMap(({ id, models }) => models.map((model) => `${id}/${model}`))
}
