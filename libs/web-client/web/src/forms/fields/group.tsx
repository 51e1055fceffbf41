import type { ReactNode } from 'react'
import { useState } from 'react'

import { IconButton } from '../../elements/button.tsx'
import { useFieldState } from './form-context.ts'
import { hintOf, Messages, RequiredMark } from './labelled.tsx'
import type { PartProps } from './scalar-fields.tsx'

/** A group of fields with a title. The group of the whole form has none. */
export function Group({
  part,
  name,
  path,
  isRequired,
  children,
}: Omit<PartProps, 'value' | 'onChange'> & { readonly children: ReactNode }) {
  const { id, messages } = useFieldState(path)
  if (path.length === 0) {
    return (
      <div className="space-y-3">
        <Messages id={id} messages={messages} />
        {children}
      </div>
    )
  }
  const hint = hintOf(part)
  return (
    <fieldset
      aria-describedby={hint === '' ? undefined : `${id}-hint`}
      className="min-w-0 space-y-3 border-l-2 border-line pl-3"
    >
      <legend className="text-sm font-medium">
        {part.title ?? name}
        {isRequired && <RequiredMark />}
      </legend>
      {hint !== '' && (
        <p className="text-sm text-muted wrap-anywhere" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Messages id={id} messages={messages} />
      {children}
    </fieldset>
  )
}

/** Fields that can be folded. Once open, they stay open until the user closes them. */
export function Fold({
  isOpen,
  label,
  children,
}: {
  readonly isOpen: boolean
  readonly label: string
  readonly children: ReactNode
}) {
  const [isChosen, setChosen] = useState<boolean>()
  return (
    <details
      className="space-y-3"
      onToggle={(event) => setChosen(event.currentTarget.open)}
      open={isChosen ?? isOpen}
    >
      <summary className="text-sm font-medium text-muted">{label}</summary>
      {children}
    </details>
  )
}

/** A field with a button that removes it. */
export function Row({
  label,
  onRemove,
  children,
}: {
  readonly label: string
  readonly onRemove: () => void
  readonly children: ReactNode
}) {
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 grow">{children}</div>
      <IconButton icon="trash" label={label} onClick={onRemove} />
    </div>
  )
}
