import { useId, useRef } from 'react'

import { Button, IconButton } from '../elements/button.tsx'
import { TextField } from '../elements/field.tsx'

/** A filter as text. */
export function FilterField({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (text: string) => void
}) {
  const id = useId()
  return (
    <div className="flex min-w-48 grow items-center gap-1">
      <TextField
        className="grow"
        isLabelHidden
        label="Filter"
        onChange={({ target }) => onChange(target.value)}
        placeholder="words, server:roots, status:error, duration:>500"
        type="search"
        value={value}
      />
      <IconButton icon="info" label="How to filter" popoverTarget={id} />
      <div
        aria-label="How to filter"
        className="fixed inset-auto top-24 right-2 m-0 w-96 max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-surface p-3 text-sm text-text shadow-xl"
        id={id}
        popover="auto"
        role="dialog"
      >
        <p>Words and conditions must all match. A minus sign before one excludes its matches.</p>
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
          {conditions.map(([condition, meaning]) => (
            <div className="contents" key={condition}>
              <dt>
                <code>{condition}</code>
              </dt>
              <dd className="text-muted">{meaning}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}

const conditions = [
  ['server:roots,tools', 'of one of these servers'],
  ['operation:read', 'whose operation contains “read”'],
  ['status:error', 'that failed; also open, success or an error code'],
  ['kind:notification', 'request, notification, interaction or model'],
  ['from:agent', 'whose sender contains “agent”'],
  ['duration:>500', 'that took longer than 500 ms; also <500'],
  ['-from:agent', 'not from such a sender'],
] as const

/** A button that opens a file of the user. */
export function OpenFileButton({
  onOpen,
  isDisabled,
}: {
  readonly onOpen: (file: File) => void
  readonly isDisabled: boolean
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button disabled={isDisabled} icon="upload" onClick={() => input.current?.click()}>
        Open
      </Button>
      <input
        accept=".ndjson,.jsonl,application/x-ndjson"
        aria-label="File of exported activity"
        hidden
        onChange={({ target }) => {
          const file = target.files?.[0]
          if (file !== undefined) onOpen(file)
          // Otherwise, the same file could not be opened again.
          target.value = ''
        }}
        ref={input}
        type="file"
      />
    </>
  )
}
