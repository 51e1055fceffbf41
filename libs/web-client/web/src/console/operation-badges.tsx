import type { OperationDescription } from '@mcp/protocol'

import { Badge } from '../elements/badge.tsx'

/** The effects of an operation, in words. */
export function OperationBadges({
  hints,
  audience,
}: Pick<OperationDescription, 'hints' | 'audience'>) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {hints.readOnly ? (
        <Badge tone="good" title="Changes nothing. Repeating it is safe.">
          reads
        </Badge>
      ) : hints.destructive ? (
        <Badge tone="bad" title="May delete or overwrite data.">
          changes, deletes
        </Badge>
      ) : (
        <Badge tone="warn" title="Changes data.">
          changes
        </Badge>
      )}
      {hints.openWorld && (
        <Badge tone="accent" title="Accesses external systems, such as the web.">
          external access
        </Badge>
      )}
      {hints.interactive && (
        <Badge tone="accent" title="May ask you something while it runs.">
          interactive
        </Badge>
      )}
      {audience !== 'model' && (
        <Badge title={`Not offered to language models: meant for the ${audience}.`}>
          {audience}
        </Badge>
      )}
    </span>
  )
}
