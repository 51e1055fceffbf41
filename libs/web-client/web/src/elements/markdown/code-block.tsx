import { CopyButton } from '../copy-button.tsx'

/** Code with its language, and a button that copies it. */
export function CodeBlock({
  language,
  children,
}: {
  readonly language: string
  readonly children: string
}) {
  return (
    <figure className="overflow-hidden rounded-md border border-line">
      <figcaption className="flex items-center justify-between bg-raised pl-3 text-xs text-muted">
        <span>{language === '' ? 'text' : language}</span>
        <CopyButton text={children} />
      </figcaption>
      <div
        aria-label={language === '' ? 'Code' : `Code in ${language}`}
        className="overflow-x-auto bg-sunken p-3"
        // A group and not a region: a region needs a name that is unique on the page.
        role="group"
        tabIndex={0}
      >
        <pre className="font-mono text-sm leading-snug">
          <code>{children}</code>
        </pre>
      </div>
    </figure>
  )
}
