import { createKeyedLock } from '@mcp/concurrency'
import type { Grant } from '@mcp/llm'
import type { Clock } from '@mcp/protocol'
import type { GrantList } from '@mcp/protocol/rest'

import type { Conversation } from './conversation.ts'
import { decodeConversation, encodeConversation } from './conversation.ts'
import { alwaysId, newConversation, notFound } from './new-conversation.ts'
import { isConversationChanged } from './store/conversation-changed.ts'
import type { ConversationStore, StoredConversation } from './store/conversation-store.ts'

/** A decision that applies to all conversations of its owner. */
export type GrantView = GrantList['grants'][number]

/** The decisions of each owner that apply to all conversations. */
export interface OwnerGrants {
  load(owner: string): Promise<readonly Grant[]>
  add(owner: string, grant: Grant): Promise<void>
  /** @throws McpError `not-found` if the owner has no such decision. */
  remove(owner: string, id: string): Promise<void>
}

const maxGrants = 200

/**
 * Maximum number of attempts to change the grants. An attempt fails if another process changed them meanwhile.
 */
const maxAttempts = 100

/** Creates the decisions of owners. They are stored in an unlisted conversation of each owner. */
export function createOwnerGrants(store: ConversationStore, clock: Clock): OwnerGrants {
  const lock = createKeyedLock()

  function holderOf(owner: string, stored: StoredConversation | undefined): Conversation {
    if (stored !== undefined) return decodeConversation(stored)
    const id = alwaysId(owner)
    return { ...newConversation(owner, {}, clock.now()), id, isListed: false }
  }

  async function changeOnce(
    owner: string,
    edit: (grants: readonly Grant[]) => Grant[],
  ): Promise<void> {
    const stored = await store.load(owner, alwaysId(owner))
    const ifUpdatedAt = stored?.updatedAt ?? 0
    const holder = holderOf(owner, stored)
    holder.grants = edit(holder.grants)
    // Each change gets a later time than the previous change, so that a concurrent change detects it.
    holder.updatedAt = Math.max(clock.now(), ifUpdatedAt + 1)
    await store.save(encodeConversation(holder), { ifUpdatedAt })
  }

  /** Changes the decisions of an owner, so that no change of this or another process is lost. */
  function change(owner: string, edit: (grants: readonly Grant[]) => Grant[]): Promise<void> {
    return lock.run([owner], async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await changeOnce(owner, edit)
        } catch (thrown) {
          if (attempt === maxAttempts || !isConversationChanged(thrown)) throw thrown
        }
      }
    })
  }

  return {
    load: async (owner) => holderOf(owner, await store.load(owner, alwaysId(owner))).grants,
    add: (owner, grant) => change(owner, (grants) => withGrant(grants, grant)),
    remove: (owner, id) =>
      change(owner, (grants) => {
        const rest = grants.filter((grant) => grantId(grant) !== id)
        if (rest.length === grants.length) throw notFound('grant', id)
        return rest
      }),
  }
}

/** Adds a grant. Beyond the limit, the oldest grants are removed. */
export function withGrant(grants: readonly Grant[], grant: Grant): Grant[] {
  return [...grants, grant].slice(-maxGrants)
}

export function grantId({ server, operation, host }: Grant): string {
  return host === undefined ? `${server}.${operation}` : `${server}.${operation}@${host}`
}

/** Returns the grants for the owner. Several decisions about the same operation and host are shown as one. */
export function viewGrants(grants: readonly Grant[]): GrantView[] {
  const views = new Map<string, GrantView>()
  for (const grant of grants) {
    const { server, operation, host } = grant
    const id = grantId(grant)
    views.set(id, { id, server, operation, ...(host === undefined ? {} : { host }) })
  }
  return Array.from(views.values())
}

/** Removes grants in place, so that a run in progress no longer applies them. */
export function revoke(grants: Grant[], isRevoked: (grant: Grant) => boolean): void {
  grants.splice(0, grants.length, ...grants.filter((grant) => !isRevoked(grant)))
}
