import { useState } from 'react'

import { IconButton } from '../elements/button.tsx'
import type { Theme } from './theme.ts'
import { chooseTheme, readTheme } from './theme.ts'

const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const labels: Readonly<Record<Theme, string>> = {
  system: 'Theme: as the system',
  light: 'Theme: light',
  dark: 'Theme: dark',
}

export function ThemeButton() {
  const [theme, setTheme] = useState(readTheme)
  const change = () => {
    chooseTheme(next[theme])
    setTheme(next[theme])
  }
  return <IconButton icon={theme} label={labels[theme]} onClick={change} />
}
