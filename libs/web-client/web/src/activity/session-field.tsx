import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'

import { rest } from '../data/rest.ts'
import { SelectField } from '../elements/field.tsx'

/**
 * Selects the activity that is shown: that of the session of this browser, or that of the runs of a
 * conversation.
 */
export function SessionField({ isDisabled }: { readonly isDisabled: boolean }) {
  const [search, setSearch] = useSearchParams()
  const { data } = useQuery({
    queryKey: ['conversations', 'activity'],
    queryFn: ({ signal }) => rest.conversations.list({ limit: 50 }, { signal }),
  })
  const conversations = data?.conversations ?? []
  const value = search.get('conversation') ?? ''
  const isListed = value === '' || conversations.some(({ id }) => id === value)
  return (
    <SelectField
      className="w-44"
      disabled={isDisabled}
      isLabelHidden
      label="Session"
      onChange={({ target }) => {
        search.delete('conversation')
        if (target.value !== '') search.set('conversation', target.value)
        setSearch(search)
      }}
      value={value}
    >
      <option value="">This session</option>
      {!isListed && <option value={value}>Conversation {value}</option>}
      {conversations.map(({ id, title }) => (
        <option key={id} value={id}>
          Runs of {title === '' ? 'an untitled conversation' : title}
        </option>
      ))}
    </SelectField>
  )
}
