import { Badge } from '../../elements/badge.tsx'
import { IconButton } from '../../elements/button.tsx'
import type { MenuEntry } from './menu-entries.ts'

export interface AttachmentChipsProps {
  readonly entries: readonly MenuEntry[]
  readonly onChange: (entries: readonly MenuEntry[]) => void
}

/** The attachments of a message, each with a button that removes it. */
export function AttachmentChips({ entries, onChange }: AttachmentChipsProps) {
  if (entries.length === 0) return null
  return (
    <ul aria-label="Attachments" className="flex flex-wrap gap-1 px-2 pt-2">
      {entries.map((entry) => (
        <li key={entry.label}>
          <Badge>
            {entry.label}
            <IconButton
              className="min-h-6 min-w-6"
              icon="close"
              label={`Remove ${entry.label}`}
              onClick={() => onChange(entries.filter((each) => each !== entry))}
            />
          </Badge>
        </li>
      ))}
    </ul>
  )
}
