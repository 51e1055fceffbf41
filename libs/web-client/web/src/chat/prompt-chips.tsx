import { Button } from '../elements/button.tsx'

export interface PromptChipsProps {
  readonly label: string
  readonly prompts: readonly string[]
  readonly onChoose: (prompt: string) => void
}

/** Prompts that are sent when the user chooses them. */
export function PromptChips({ label, prompts, onChoose }: PromptChipsProps) {
  return (
    <section aria-label={label} className="space-y-2">
      <p className="text-sm text-muted">{label}</p>
      <ul className="flex flex-wrap gap-2">
        {prompts.map((prompt) => (
          <li key={prompt}>
            <Button className="rounded-full" onClick={() => onChoose(prompt)}>
              {prompt}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
