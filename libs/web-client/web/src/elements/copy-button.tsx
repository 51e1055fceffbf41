import { useEffect, useState } from 'react'

import { IconButton } from './button.tsx'

const shownMs = 1500

export interface CopyButtonProps {
  readonly text: string
  /** Name of the action. Default: `Copy`. */
  readonly label?: string
}

/** Copies a text, and confirms it. */
export function CopyButton({ text, label = 'Copy' }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return undefined
    const timer = setTimeout(() => setState('idle'), shownMs)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('failed'),
    )
  }
  const labels = { idle: label, copied: 'Copied', failed: 'The browser refused to copy' }
  const icons = { idle: 'copy', copied: 'check', failed: 'warning' } as const
  return (
    <>
      <IconButton icon={icons[state]} label={labels[state]} onClick={copy} />
      <span className="sr-only" role="status">
        {state === 'idle' ? '' : labels[state]}
      </span>
    </>
  )
}
