import { skipToken, useQuery } from '@tanstack/react-query'

import { queryKeys } from '../data/queries.ts'
import { rest } from '../data/rest.ts'
import { InteractionCard } from './interaction-card.tsx'
import type { ShownInteraction } from './read-interaction.ts'

/** Interactions of the session of this browser that wait for the user. The stream reports them. */
export function useInteractions(): readonly ShownInteraction[] {
  const { data = [] } = useQuery<readonly ShownInteraction[]>({
    queryKey: queryKeys.interactions,
    queryFn: skipToken,
    staleTime: Infinity,
  })
  return data
}

export interface SessionInteractionsProps {
  readonly interactions: readonly ShownInteraction[]
  readonly isInMenu?: boolean
}

/** Cards for interactions of the session of this browser. */
export function SessionInteractions({ interactions, ...card }: SessionInteractionsProps) {
  return interactions.map((interaction) => (
    <InteractionCard
      interaction={interaction}
      key={interaction.interactionId}
      onRespond={(response) => rest.interactions.respond(interaction.interactionId, response)}
      {...card}
    />
  ))
}
