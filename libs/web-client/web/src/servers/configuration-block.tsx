import { CopyButton } from '../elements/copy-button.tsx'

/** A configuration to paste into a file, with a button that copies it. */
export function ConfigurationBlock({
  label,
  value,
}: {
  readonly label: string
  readonly value: unknown
}) {
  const text = JSON.stringify(value, null, 2)
  return (
    <div className="flex items-start gap-1">
      <pre
        aria-label={label}
        className="min-w-0 grow overflow-x-auto rounded-md bg-sunken px-2 py-1.5 font-mono text-sm"
        role="region"
        tabIndex={0}
      >
        {text}
      </pre>
      <CopyButton label={`Copy the ${label.toLowerCase()}`} text={text} />
    </div>
  )
}
