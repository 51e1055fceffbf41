import { cutText } from './cut-text.ts'

const tones: Readonly<Record<string, string>> = {
  '+': 'bg-good-soft text-good',
  '-': 'bg-bad-soft text-bad',
  '@': 'text-accent',
}

/** A unified diff. Added and removed lines also differ in their first character, not only in colour. */
export function DiffText({ text }: { readonly text: string }) {
  const { text: shown, isCut } = cutText(text)
  return (
    <pre
      aria-label="Differences"
      className="max-h-[60dvh] overflow-auto rounded-md border border-line py-1 font-mono text-sm"
      role="group"
      tabIndex={0}
    >
      {shown.split('\n').map((line, index) => (
        <span
          className={`block px-3 whitespace-pre-wrap ${tones[line.charAt(0)] ?? ''}`}
          key={`${index}`}
        >
          {line === '' ? ' ' : line}
        </span>
      ))}
      {isCut && <span className="block px-3 text-muted">…</span>}
    </pre>
  )
}
